import { largestAccepted } from '../bisect.mts';
import { isPage, type Refused } from '../caseSearch.mts';
import type { Context, Findings } from '../context.mts';
import type { Finding } from '../finding.mts';
import { Stopped } from '../httpProbe.mts';
import { inventedIds } from '../inventedIds.mts';

const PRECISION = 0.05;
const BODIES = [8_000, 80_000, 800_000];
const EXCLUSIONS = [1, 100, 1_000, 10_000];
/** The refusals that the simulator can imitate. */
const KNOWN_REFUSALS = ['400', '403', '404', '413', '414', '422', '431', 'redirect', 'html'];

/** What is accepted; undefined if nothing was refused. */
interface Measured {
	readonly largest: number;
	readonly refusal: Refused | undefined;
}

/** Learns how long a request may be: its body, and the list of excluded ids. */
export async function learnLongRequests(context: Context): Promise<Findings> {
	const { search, first } = context;
	const body = await measure(context, 100, BODIES, (bytes) => search.search({ limit: 1 }, bytes));
	context.largestBody = body.refusal === undefined ? Infinity : body.largest;

	const excluding = (count: number) => ({
		payload: { exclude_case_ids: inventedIds(first, count) },
		limit: 1,
	});
	// The body of the exclusion itself must not be what is refused.
	const fits = (count: number) => JSON.stringify(excluding(count)).length <= body.largest;
	const mostIds = await largestAccepted(0, 10_001, 0, (count) => Promise.resolve(fits(count)));
	const sizes = [...EXCLUSIONS.filter((count) => count < mostIds), mostIds];
	const list = await measure(context, 0, sizes, (count) => search.search(excluding(count)));
	return {
		bodyLimit: finding(body, 'maxBodyBytes', 'bytes'),
		exclusionLimit: finding(list, 'maxExcludedIds', 'ids'),
	};
}

/** Tries larger and larger sizes, and narrows the limit down once one is refused. @throws Stopped */
async function measure(
	context: Context,
	accepted: number,
	sizes: readonly number[],
	send: (size: number) => ReturnType<Context['search']['search']>,
): Promise<Measured> {
	let largest = accepted;
	for (const size of sizes) {
		const outcome = await send(size);
		if (isPage(outcome)) {
			largest = size;
			continue;
		}
		if (!isPage(await context.search.search({ limit: 1 }))) {
			throw new Stopped('The service now refuses a search that it accepted before.');
		}
		const isAccepted = async (tried: number) => isPage(await send(tried));
		const narrowed = await largestAccepted(largest, size, PRECISION, isAccepted);
		return { largest: narrowed, refusal: outcome };
	}
	return { largest, refusal: undefined };
}

function finding({ largest, refusal }: Measured, setting: string, unit: string): Finding {
	if (refusal === undefined) return { value: `at least ${largest} ${unit}` };
	const { how } = refusal;
	const longRefusal = KNOWN_REFUSALS.includes(how) ? { longRefusal: how } : {};
	return {
		value: `${largest} ${unit}`,
		detail: how === 'html' ? 'more is refused with a page of HTML' : `more is refused: ${how}`,
		settings: { [setting]: largest, ...longRefusal },
	};
}

import { isPage } from '../caseSearch.mts';
import { FIRST_LIMIT, type Context, type Findings } from '../context.mts';
import { unknown, type Finding } from '../finding.mts';

const LARGER_LIMITS = [1000, 500, 200];

/** Learns how many cases a page contains at most. */
export async function learnPages(context: Context): Promise<Findings> {
	return { pageCap: await learnPageCap(context) };
}

async function learnPageCap(context: Context): Promise<Finding> {
	const { first, search, window = Infinity } = context;
	if (first.cases.length < FIRST_LIMIT) return capAt(context, first.cases.length);
	let isRefused = false;
	for (const limit of LARGER_LIMITS.filter((each) => each <= window)) {
		const outcome = await search.search({ limit });
		if (!isPage(outcome)) {
			isRefused = true;
			continue;
		}
		const size = outcome.cases.length;
		if (size < limit) {
			const cap = await capAt(context, size);
			return cap.value === 'unknown' ? atLeast(FIRST_LIMIT) : cap;
		}
		return isRefused ? largestLimit(size) : atLeast(size);
	}
	return isRefused ? largestLimit(FIRST_LIMIT) : atLeast(FIRST_LIMIT);
}

function atLeast(size: number): Finding {
	return { value: `at least ${size}` };
}

function largestLimit(limit: number): Finding {
	const detail = 'a larger limit is refused';
	return { value: limit, detail, settings: { maxLimit: limit } };
}

/** A page of that many cases is a full one if more follow. */
async function capAt({ search }: Context, size: number): Promise<Finding> {
	if (size === 0) return unknown('there are no cases');
	const next = await search.search({ offset: size, limit: 1 });
	if (isPage(next) && next.cases.length > 0) return { value: size, settings: { pageCap: size } };
	return unknown('there are too few cases for a full page');
}

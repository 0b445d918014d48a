import { CaseSearch, fieldOf, isPage } from './caseSearch.mts';
import type { Clock } from './clock.mts';
import { FIRST_LIMIT, type Context, type Findings, type Lesson } from './context.mts';
import { HttpProbe, Stopped } from './httpProbe.mts';
import { learnAnyFilter } from './points/anyFilter.mts';
import { learnForm } from './points/form.mts';
import { learnLongRequests } from './points/longRequests.mts';
import { learnOffsets } from './points/offsets.mts';
import { learnOrder } from './points/order.mts';
import { learnPages } from './points/pages.mts';
import { learnRanges } from './points/ranges.mts';
import { learnRepeats } from './points/repeats.mts';
import { learnResponses } from './points/responses.mts';
import { learnTraffic } from './points/traffic.mts';
import { roundedCases } from './roundedCases.mts';

/** What a probe learned. */
export interface ProbeResult {
	/** About how many cases there are; undefined if the probe could not search. */
	readonly cases: number | undefined;
	readonly findings: Findings;
	/** Settings of the simulator beyond those of the findings. */
	readonly settings: Readonly<Record<string, unknown>>;
	/** Why the probe ended early; for the user. */
	readonly stopped: string | undefined;
	readonly requests: number;
}

export interface ProbeOptions {
	/** The root of the API. */
	readonly root: string;
	readonly apiKey: string;
	readonly clock: Clock;
	/** The least time between the starts of two requests. */
	readonly paceMs: number;
	/** Called before each part of the probe, for a progress line. */
	readonly onProgress?: (requests: number) => void;
}

/** In this order, because the later ones use what the earlier ones learned. */
const LESSONS: readonly Lesson[] = [
	learnForm,
	learnOffsets,
	learnPages,
	learnOrder,
	learnRanges,
	learnAnyFilter,
	learnLongRequests,
	learnResponses,
	learnRepeats,
	learnTraffic,
];

/** Learns from a service what its documentation leaves open. It only reads. Never throws for what the service does. */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
	const http = new HttpProbe(options.root, options.clock, options.paceMs);
	const search = new CaseSearch(http);
	const findings: Findings = {};
	let context: Context | undefined;
	const result = (stopped?: string, settings = {}): ProbeResult => ({
		cases: context === undefined ? undefined : roundedCases(context),
		findings,
		settings,
		stopped,
		requests: http.requestCount,
	});
	try {
		await connect(http, options.apiKey);
		const first = await search.search({ limit: FIRST_LIMIT });
		if (!isPage(first))
			return result(refusalOf(first.how), { casesForbidden: first.how === '403' });
		context = { search, clock: options.clock, first };
		for (const lesson of LESSONS) {
			options.onProgress?.(http.requestCount);
			Object.assign(findings, await lesson(context));
		}
		return result();
	} catch (error) {
		if (!(error instanceof Stopped)) throw error;
		return result(error.message);
	}
}

/** Exchanges the key for a token. @throws Stopped */
async function connect(http: HttpProbe, apiKey: string): Promise<void> {
	const available = await http.send('GET', '/is-available');
	if (fieldOf(available.json, 'is_available') === undefined) {
		throw new Stopped(`No Intezer API found at this address (${available.status}).`);
	}
	const exchange = await http.send(
		'POST',
		'/get-access-token',
		JSON.stringify({ api_key: apiKey }),
	);
	if (exchange.status === 400 || exchange.status === 401) {
		throw new Stopped(`Intezer does not accept the API key (${exchange.status}).`);
	}
	const token = fieldOf(exchange.json, 'result');
	if (exchange.status !== 200 || typeof token !== 'string') {
		throw new Stopped(`The key could not be exchanged for a token (${exchange.status}).`);
	}
	http.token = token;
}

function refusalOf(how: string): string {
	return how === '403'
		? 'The account of this key may not use cases (403).'
		: `A search for all cases is refused (${how}).`;
}

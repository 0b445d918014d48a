import { Stopped, type HttpProbe, type ProbeResponse } from './httpProbe.mts';

/** A case as received. Its values are compared and never written anywhere. */
export type ReceivedCase = Readonly<Record<string, unknown>>;

/** A page of a search. */
export interface Page {
	readonly count: number;
	readonly cases: readonly ReceivedCase[];
}

/** How a search was refused; `how` is a status, or what was returned instead of JSON. */
export interface Refused {
	readonly how: string;
	readonly response: ProbeResponse;
}

export type SearchOutcome = Page | Refused;

export function isPage(outcome: SearchOutcome): outcome is Page {
	return 'cases' in outcome;
}

const FAILURES_IN_A_ROW = 3;

/** Sends searches and reads their pages. */
export class CaseSearch {
	/** The counts of all cases so far, in order. */
	readonly counts: number[] = [];
	private failures = 0;

	constructor(readonly http: HttpProbe) {}

	/** Sends a search without filters, unless the body has some. @throws Stopped */
	async search(body: object, padding = 0): Promise<SearchOutcome> {
		const text = JSON.stringify({ payload: {}, ...body });
		// JSON may end with spaces: they make the body longer, and have no meaning.
		const response = await this.http.send('POST', '/cases/search', text.padEnd(padding));
		const outcome = outcomeOf(response);
		if (isPage(outcome) && !('payload' in body)) this.counts.push(outcome.count);
		this.failures = response.status >= 500 ? this.failures + 1 : 0;
		if (this.failures >= FAILURES_IN_A_ROW) {
			throw new Stopped(`The service fails (${response.status}). Try again later.`);
		}
		return outcome;
	}

	/** The number of cases that match; undefined if the service refuses. @throws Stopped */
	async count(payload: object, more: object = {}): Promise<number | undefined> {
		const outcome = await this.search({ payload, limit: 1, ...more });
		return isPage(outcome) ? outcome.count : undefined;
	}
}

function outcomeOf(response: ProbeResponse): SearchOutcome {
	const { status, json } = response;
	if (status >= 300 && status < 400) return { how: 'redirect', response };
	if (status !== 200) return { how: String(status), response };
	const result = fieldOf(json, 'result');
	const [count, cases] = [fieldOf(result, 'cases_count'), fieldOf(result, 'cases')];
	if (typeof count !== 'number' || !Array.isArray(cases)) return { how: 'html', response };
	return { count, cases: cases.filter((each) => typeof each === 'object' && each !== null) };
}

/** A field of an object; undefined for anything else. */
export function fieldOf(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
		? (value as Readonly<Record<string, unknown>>)[name]
		: undefined;
}

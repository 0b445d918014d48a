import { setImmediate as nextTurn } from 'node:timers/promises';

import type { IDataObject } from 'n8n-workflow';

import { refusal } from '../../../nodes/intezer/http/errors.ts';
import type { CaseSearcher, SearchQuery } from '../../../nodes/intezer/types.ts';

/** Unix seconds, as the service's responses say. */
export const NOW = 1_760_000_000;
export const START = NOW - 86_400;

export interface ScriptedCase {
	case_id: string;
	case_status: string;
	case_priority: string;
	/** Undefined if the service does not know it. */
	creation_time: number | undefined;
	modification_time: number;
}

/** A case with this number: it is new, and a higher number was created later. */
export function scriptedCase(number: number, given: Partial<ScriptedCase> = {}): ScriptedCase {
	return {
		case_id: `c${number}`,
		case_status: 'new',
		case_priority: 'low',
		creation_time: START + number,
		modification_time: START + number,
		...given,
	};
}

/** This many cases. */
export function scriptedCases(size: number, given: Partial<ScriptedCase> = {}): ScriptedCase[] {
	return Array.from({ length: size }, (_, number) => scriptedCase(number, given));
}

/** A request that a service received. */
export interface ScriptedRequest {
	/** Its number, from 1. */
	nth: number;
	filters: IDataObject;
	mode: SearchQuery['search_mode'];
	offset: number;
	limit: number;
}

/** How a service behaves. */
export interface Script {
	/**
	 * The cases that the response to a request is taken from: they may change, or come from several copies of the data.
	 */
	casesAt: (request: ScriptedRequest) => readonly ScriptedCase[];
	/** At most this many cases per page. */
	pageCap: number | ((request: ScriptedRequest) => number);
	maxConcurrency?: number;
	/** A search with a longer list of ids is refused. */
	mostIds?: number;
	/** A search whose `offset + limit` is larger is refused. */
	window?: number;
	/** An offset beyond the last match is refused. */
	refusesOffsetBeyondEnd?: boolean;
	/** In search mode `or`, the time range is one of the alternatives, as excluded ids are. */
	timeRangeIsAlternative?: boolean;
	/** In search mode `or`, excluded ids never match. */
	exclusionIsCondition?: boolean;
	/** Excluded ids match all the same. */
	ignoresExclusion?: boolean;
	/** What a response contains of a case. */
	shows?: (each: ScriptedCase) => IDataObject;
	/** The count that a response contains instead of the right one. */
	countShown?: (count: number, request: ScriptedRequest) => number | undefined;
	/** Responses have no `Date` header. */
	hidesItsTime?: boolean;
}

/**
 * A service that follows a script, to the request. In search mode `or`, excluded ids are one of the alternatives unless
 * the script says otherwise.
 */
export class ScriptedService implements CaseSearcher {
	readonly maxConcurrency: number;
	readonly inFlight = { now: 0, peak: 0 };
	/** The requests received, in order. */
	readonly received: ScriptedRequest[] = [];

	constructor(private readonly script: Script) {
		this.maxConcurrency = script.maxConcurrency ?? 1;
	}

	get requests(): number {
		return this.received.length;
	}

	async searchPage({ payload, search_mode, sort_by }: SearchQuery, offset: number, limit: number) {
		const { casesAt, pageCap, mostIds = Infinity, window = Infinity } = this.script;
		const { countShown = (count) => count, shows = (each) => ({ ...each }) } = this.script;
		const nth = this.requests + 1;
		const request = { nth, filters: payload, mode: search_mode, offset, limit };
		this.received.push(request);
		const cases = casesAt(request);
		const lists = [payload['case_ids'], payload.exclude_case_ids];
		const longest = Math.max(...lists.map((list) => (Array.isArray(list) ? list.length : 0)));
		if (longest > mostIds) throw refusal(413, {});
		const order = sort_by === 'modification_time' ? sort_by : 'creation_time';
		const matching = cases
			.filter((each) => this.matches(each, request))
			.sort((a, b) => (b[order] ?? 0) - (a[order] ?? 0));
		const isBeyondEnd = offset > 0 && offset >= matching.length;
		if (offset + limit > window || (this.script.refusesOffsetBeyondEnd === true && isBeyondEnd)) {
			throw refusal(400, {});
		}
		const cap = typeof pageCap === 'number' ? pageCap : pageCap(request);
		const page = matching.slice(offset, offset + Math.min(limit, cap));
		this.inFlight.peak = Math.max(this.inFlight.peak, ++this.inFlight.now);
		await nextTurn();
		this.inFlight.now--;
		return {
			cases: page.map(shows),
			casesCount: countShown(matching.length, request),
			serverTime: this.script.hidesItsTime === true ? undefined : NOW,
		};
	}

	private matches(each: ScriptedCase, { filters, mode }: ScriptedRequest): boolean {
		const alternatives: boolean[] = [];
		const conditions: boolean[] = [];
		const isIn = (list: unknown, value: string) => Array.isArray(list) && list.includes(value);
		const { case_ids, case_statuses, priorities, exclude_case_ids } = filters;
		if (case_ids !== undefined) alternatives.push(isIn(case_ids, each.case_id));
		if (case_statuses !== undefined) alternatives.push(isIn(case_statuses, each.case_status));
		if (priorities !== undefined) alternatives.push(isIn(priorities, each.case_priority));
		if (exclude_case_ids !== undefined && this.script.ignoresExclusion !== true) {
			const isCondition = this.script.exclusionIsCondition === true;
			(isCondition ? conditions : alternatives).push(!isIn(exclude_case_ids, each.case_id));
		}
		const { time_range_start: start, time_range_end: end, time_range_field: field } = filters;
		if (start !== undefined || end !== undefined) {
			const time = field === 'modification_time' ? each.modification_time : each.creation_time;
			const isWithin =
				time !== undefined && time >= Number(start ?? 0) && time <= Number(end ?? Infinity);
			const isAlternative = this.script.timeRangeIsAlternative === true;
			(isAlternative ? alternatives : conditions).push(isWithin);
		}
		const isOne = mode === 'or' ? alternatives.some(Boolean) : alternatives.every(Boolean);
		return conditions.every(Boolean) && (alternatives.length === 0 || isOne);
	}
}

/** The ids of the newest of some cases, from one position to another. */
export function idsBetween(size: number, start: number, end: number): string[] {
	return scriptedCases(size)
		.map(({ case_id }) => case_id)
		.reverse()
		.slice(start, end);
}

/** Position and number of entries of each request. */
export function pagesOf({ received }: ScriptedService): Array<[number, number]> {
	return received.map(({ offset, limit }) => [offset, limit]);
}

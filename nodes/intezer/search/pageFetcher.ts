import { IntezerError } from '../http/errors';
import type { Case, CaseSearcher, SearchQuery } from '../types';

/** One page, with a count that does not contradict it. */
export interface Page {
	cases: Case[];
	/** All cases that match now; undefined if the service gives no count, or one that its own page disproves. */
	count: number | undefined;
}

/** How a service, or a proxy in front of it, responds to a filter it does not accept or a body that is too long. */
const REFUSALS = new Set(['badRequest', 'serviceUnavailable', 'unreachable']);

/**
 * Fetches the pages of one search. After a request has failed or the search was canceled, it sends no more. A page
 * that is empty although its own count says that more remain is requested a second time.
 */
export class PageFetcher {
	/** Requests sent so far. */
	requestCount = 0;
	/** The most cases that a page contained so far; 1 before the first page. */
	largestPage = 1;
	/** The first failure: later requests fail the same way. */
	private failure: { error: unknown } | undefined;

	constructor(
		private readonly service: CaseSearcher,
		private readonly signal?: AbortSignal,
	) {}

	/** How many requests are worth starting in parallel. */
	get parallelism(): number {
		return Math.max(1, this.service.maxConcurrency);
	}

	/** Fetches up to `limit` cases from `position` on. @throws IntezerError, or the signal's reason */
	async fetch(query: SearchQuery, position: number, limit: number): Promise<Page> {
		const page = await this.request(query, position, limit);
		return isUnexpectedlyEmpty(page, position) ? await this.request(query, position, limit) : page;
	}

	/** Like {@link fetch}, but returns undefined if the service refuses this query, so that another can be tried. */
	async fetchUnlessRefused(
		query: SearchQuery,
		position: number,
		limit: number,
	): Promise<Page | undefined> {
		const canTryAnother = (error: unknown) => this.signal?.aborted !== true && isRefusal(error);
		const page = await this.request(query, position, limit, canTryAnother);
		if (page === undefined || !isUnexpectedlyEmpty(page, position)) return page;
		return await this.fetch(query, position, limit);
	}

	private async request(query: SearchQuery, position: number, limit: number): Promise<Page>;
	private async request(
		query: SearchQuery,
		position: number,
		limit: number,
		isHarmless: (error: unknown) => boolean,
	): Promise<Page | undefined>;
	private async request(
		query: SearchQuery,
		position: number,
		limit: number,
		isHarmless?: (error: unknown) => boolean,
	): Promise<Page | undefined> {
		if (this.failure !== undefined) throw this.failure.error;
		this.signal?.throwIfAborted();
		this.requestCount++;
		const response = await this.service
			.searchPage(query, position, limit)
			.catch((error: unknown) => {
				if (isHarmless?.(error) === true) return undefined;
				this.failure ??= { error };
				throw error;
			});
		if (response === undefined) return undefined;
		const { cases, casesCount } = response;
		this.largestPage = Math.max(this.largestPage, cases.length);
		return { cases, count: credibleCount(casesCount, position, cases.length) };
	}
}

function isRefusal(error: unknown): boolean {
	return error instanceof IntezerError && REFUSALS.has(error.kind);
}

function credibleCount(
	count: number | undefined,
	position: number,
	casesOnPage: number,
): number | undefined {
	if (count === undefined || !Number.isSafeInteger(count) || count < 0) return undefined;
	return casesOnPage > 0 && count < position + casesOnPage ? undefined : count;
}

function isUnexpectedlyEmpty({ cases, count = Infinity }: Page, position: number): boolean {
	return cases.length === 0 && position < count;
}

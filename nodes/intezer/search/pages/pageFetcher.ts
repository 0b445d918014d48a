import { anySignal } from '../../http/anySignal';
import { IntezerError } from '../../http/errors';
import { mayBeTooFar } from '../../http/mayBeTooFar';
import { mayBeTooLong } from '../../http/mayBeTooLong';
import type { SearchQuery } from '../../types';
import type { Entry, SearchTarget, IdScope } from '../searchTarget';

/** A page whose count does not contradict it. */
export interface Page {
	entries: Entry[];
	/** All entries that match now; undefined if the service returns no count, or one that its own page disproves. */
	count: number | undefined;
}

/**
 * Fetches the pages of one search. After a request has failed or the search was canceled, it sends no more. A page
 * that is empty although its own count says that more remain is requested a second time.
 */
export class PageFetcher {
	/** Requests sent so far. */
	requestCount = 0;
	/** Maximum number of entries that a page contained so far; 1 before the first page. */
	largestPage = 1;
	/** The service's clock when it responded last, in Unix seconds; undefined if its responses have no `Date`. */
	serverTime: number | undefined;
	/** The first failure: later requests fail the same way, and those in flight are not retried. */
	private failure: { error: unknown } | undefined;
	private readonly failed = new AbortController();
	private readonly callSignal: AbortSignal;

	constructor(
		readonly target: SearchTarget,
		private readonly signal?: AbortSignal,
	) {
		this.callSignal = anySignal([signal, this.failed.signal]).signal;
	}

	/** How many requests are worth starting in parallel. */
	get parallelism(): number {
		return Math.max(1, this.target.maxConcurrency);
	}

	/** Fetches up to `limit` entries from `position` on. @throws IntezerError, or the signal's reason */
	async fetch(query: SearchQuery, position: number, limit: number): Promise<Page> {
		const page = await this.request(query, position, limit);
		return isUnexpectedlyEmpty(page, position) ? await this.request(query, position, limit) : page;
	}

	/**
	 * Like {@link fetch}, but returns undefined if the service does not page that far: some refuse an offset above 10,000,
	 * or one beyond the last match.
	 *
	 * @param isLong whether the query has a long list of ids: one digit more in the position may make the request too long
	 */
	async fetchUnlessTooFar(
		query: SearchQuery,
		position: number,
		limit: number,
		isLong = false,
	): Promise<Page | undefined> {
		const isTooFar = isLong ? mayBeTooLong : mayBeTooFar;
		return await this.fetchUnless(position === 0 ? isNever : isTooFar, query, position, limit);
	}

	/**
	 * Like {@link fetch}, but returns undefined if the service refuses this request although it accepts a plain one. A
	 * request that is too long may be refused in any way, also by a proxy in front of the service.
	 *
	 * @param plain a short search that the service accepts unless something else is wrong
	 */
	async fetchUnlessRefused(
		query: SearchQuery,
		position: number,
		limit: number,
		plain: SearchQuery,
	): Promise<Page | undefined> {
		const page = await this.fetchUnless(mayBeTooLong, query, position, limit);
		if (page === undefined) await this.request(plain, 0, 1);
		return page;
	}

	/**
	 * Every entry with one of these ids that is wanted, in all scopes.
	 *
	 * @returns undefined if the service refuses to look up ids
	 */
	async lookUp(
		idScope: IdScope,
		ids: readonly string[],
		isWanted: (entry: Entry) => boolean,
	): Promise<Entry[] | undefined> {
		if (this.failure !== undefined) throw this.failure.error;
		this.signal?.throwIfAborted();
		this.requestCount++;
		return await idScope
			.lookUp(ids, isWanted, this.callSignal)
			.catch((error: unknown) => this.refused(error, mayBeTooLong));
	}

	private async fetchUnless(
		isHarmless: (error: IntezerError) => boolean,
		query: SearchQuery,
		position: number,
		limit: number,
	): Promise<Page | undefined> {
		const page = await this.request(query, position, limit, isHarmless);
		return page !== undefined && isUnexpectedlyEmpty(page, position)
			? await this.request(query, position, limit, isHarmless)
			: page;
	}

	private async request(query: SearchQuery, position: number, limit: number): Promise<Page>;
	private async request(
		query: SearchQuery,
		position: number,
		limit: number,
		isHarmless: (error: IntezerError) => boolean,
	): Promise<Page | undefined>;
	private async request(
		query: SearchQuery,
		position: number,
		limit: number,
		isHarmless?: (error: IntezerError) => boolean,
	): Promise<Page | undefined> {
		if (this.failure !== undefined) throw this.failure.error;
		this.signal?.throwIfAborted();
		this.requestCount++;
		const response = await this.target
			.fetchPage(query, position, limit, this.callSignal)
			.catch((error: unknown) => this.refused(error, isHarmless));
		if (response === undefined) return undefined;
		const { entries, count, serverTime } = response;
		this.serverTime = serverTime;
		this.largestPage = Math.max(this.largestPage, entries.length);
		return { entries, count: credibleCount(count, position, entries.length) };
	}

	/** Undefined for a harmless refusal. @throws any other error, after which nothing is sent any more */
	private refused(error: unknown, isHarmless?: (error: IntezerError) => boolean): undefined {
		if (error instanceof IntezerError && isHarmless?.(error) === true) return undefined;
		this.failure ??= { error };
		this.failed.abort();
		throw error;
	}
}

function isNever(): boolean {
	return false;
}

function credibleCount(
	count: number | undefined,
	position: number,
	entriesOnPage: number,
): number | undefined {
	if (count === undefined || !Number.isSafeInteger(count) || count < 0) return undefined;
	return entriesOnPage > 0 && count < position + entriesOnPage ? undefined : count;
}

function isUnexpectedlyEmpty({ entries, count = Infinity }: Page, position: number): boolean {
	return entries.length === 0 && position < count;
}

import { IntezerError } from '../http/errors';
import type { Case, CaseSearcher, SearchQuery } from '../types';

/** A page as far as it can be believed. */
export interface Page {
	cases: Case[];
	/** All that match at this moment; undefined where the service does not say, or says less than it shows. */
	count: number | undefined;
}

/** How a service, or a proxy before it, answers a filter that it cannot take or a body that is too long for it. */
const REFUSALS = new Set(['badRequest', 'serviceUnavailable', 'unreachable']);

/**
 * Asks for the pages of a search: at most as many at a time as the service takes, and none any more once one has failed
 * or the search was cancelled. A page that is empty once, while its own count says that more remain, is asked for again.
 */
export class PageFetcher {
	/** Requests so far. */
	asked = 0;
	/** How many cases a page held at most so far; 1 before the first. */
	largestPage = 1;
	private running = 0;
	private readonly waiting: Array<() => void> = [];
	/** The request that failed: whoever asks after it fails as it did. */
	private failed: Promise<Page> | undefined;

	constructor(
		private readonly service: CaseSearcher,
		private readonly signal?: AbortSignal,
	) {}

	/** How many requests are worth starting side by side. */
	get width(): number {
		return Math.max(1, this.service.maxConcurrency);
	}

	/** @throws IntezerError, or the signal's reason */
	async page(query: SearchQuery, position: number, limit: number): Promise<Page> {
		const first = await this.strictly(this.answer(query, position, limit));
		if (!isOddlyEmpty(first, position)) return first;
		return await this.strictly(this.answer(query, position, limit));
	}

	/** As {@link page}, but a service that refuses the query itself gives undefined, and may be asked another. */
	async pageUnlessRefused(
		query: SearchQuery,
		position: number,
		limit: number,
	): Promise<Page | undefined> {
		const first = this.answer(query, position, limit);
		const wasRefused = await first.then(
			() => false,
			(error: unknown) => this.signal?.aborted !== true && isRefusal(error),
		);
		if (wasRefused) return undefined;
		const answer = await this.strictly(first);
		return isOddlyEmpty(answer, position) ? await this.page(query, position, limit) : answer;
	}

	private async strictly(answer: Promise<Page>): Promise<Page> {
		answer.catch(() => {
			this.failed ??= answer;
		});
		return await answer;
	}

	private async answer(query: SearchQuery, position: number, limit: number): Promise<Page> {
		while (this.running >= this.width) {
			await new Promise<void>((resolve) => this.waiting.push(resolve));
		}
		this.running++;
		try {
			if (this.failed !== undefined) return await this.failed;
			this.signal?.throwIfAborted();
			this.asked++;
			const { cases, casesCount } = await this.service.searchPage(query, position, limit);
			this.largestPage = Math.max(this.largestPage, cases.length);
			return { cases, count: credible(casesCount, position, cases.length) };
		} finally {
			this.running--;
			this.waiting.shift()?.();
		}
	}
}

function isRefusal(error: unknown): boolean {
	return error instanceof IntezerError && REFUSALS.has(error.kind);
}

function credible(count: number | undefined, position: number, shown: number): number | undefined {
	if (count === undefined || !Number.isSafeInteger(count) || count < 0) return undefined;
	return shown > 0 && count < position + shown ? undefined : count;
}

function isOddlyEmpty({ cases, count = Infinity }: Page, position: number): boolean {
	return cases.length === 0 && position < count;
}

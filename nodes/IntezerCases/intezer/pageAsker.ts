import { IntezerError } from './errors';
import type { CaseSearcher, SearchPage, SearchQuery } from './types';

/** What a service may answer to a filter that it cannot take, or that is too long for it or for a proxy before it. */
const REFUSALS = new Set(['badRequest', 'serviceDown', 'unreachable']);

/**
 * Asks for the pages of one search: at most as many at a time as the service takes, and none any more once one has
 * failed or the search was cancelled.
 */
export class PageAsker {
	/** Requests so far. */
	asked = 0;
	private running = 0;
	private readonly waiting: Array<() => void> = [];
	/** The request that failed: whoever asks after it fails as it did. */
	private failed: Promise<SearchPage> | undefined;

	constructor(
		private readonly service: CaseSearcher,
		private readonly signal?: AbortSignal,
	) {}

	/** How many requests are worth starting side by side. */
	get width(): number {
		return Math.max(1, this.service.maxConcurrency);
	}

	/** @throws IntezerError, or the signal's reason */
	async page(query: SearchQuery, offset: number, limit: number): Promise<SearchPage> {
		const answer = this.answer(query, offset, limit);
		answer.catch(() => {
			this.failed ??= answer;
		});
		return await answer;
	}

	/** As {@link page}, but a service that refuses the query itself gives undefined, and may be asked something else. */
	async pageUnlessRefused(
		query: SearchQuery,
		offset: number,
		limit: number,
	): Promise<SearchPage | undefined> {
		const answer = this.answer(query, offset, limit);
		const isRefused = await answer.then(
			() => false,
			(error: unknown) => this.signal?.aborted !== true && isRefusal(error),
		);
		if (isRefused) return undefined;
		answer.catch(() => {
			this.failed ??= answer;
		});
		return await answer;
	}

	private async answer(query: SearchQuery, offset: number, limit: number): Promise<SearchPage> {
		while (this.running >= this.width) {
			await new Promise<void>((resolve) => this.waiting.push(resolve));
		}
		this.running++;
		try {
			if (this.failed !== undefined) return await this.failed;
			this.signal?.throwIfAborted();
			this.asked++;
			return await this.service.searchPage(query, offset, limit);
		} finally {
			this.running--;
			this.waiting.shift()?.();
		}
	}
}

function isRefusal(error: unknown): boolean {
	return error instanceof IntezerError && REFUSALS.has(error.kind);
}

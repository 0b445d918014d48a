import type { SearchQuery } from '../../types';
import type { Page, PageFetcher } from './pageFetcher';

/** A page, or undefined if the service does not give it, and how many entries were requested. */
export interface PartialPage {
	page: Page | undefined;
	limit: number;
}

/** Fetches the pages of one reading. The service may page to a position, but not to the end of a whole page from there. */
export class PartialPageFetcher {
	/** With an offset: the lowest position up to which a request was refused. */
	private refusedEnd = Infinity;

	/** @param isLong whether the query may be too long for the service */
	constructor(
		private readonly fetcher: PageFetcher,
		private readonly query: SearchQuery,
		private readonly offset: number,
		private readonly isLong: boolean,
	) {}

	/** @param count all entries that match, if known */
	async fetch(position: number, mostEntries: number, count = 0): Promise<PartialPage> {
		if (this.offset > 0) return await this.fetchShortened(position, mostEntries);
		const page = await this.fetchUnlessTooFar(position, mostEntries);
		const remaining = count - position;
		if (page !== undefined || remaining <= 0 || remaining >= mostEntries) {
			return { page, limit: mostEntries };
		}
		const rest = await this.fetchUnlessTooFar(position, remaining);
		return { page: rest, limit: remaining };
	}

	/** With an offset, even the first positions may be close to where the service stops paging. */
	private async fetchShortened(position: number, mostEntries: number): Promise<PartialPage> {
		let limit = mostEntries;
		for (;;) {
			limit = Math.min(limit, this.refusedEnd - 1 - position);
			if (limit < 1) return { page: undefined, limit: mostEntries };
			const page = await this.fetchUnlessTooFar(position, limit);
			if (page !== undefined) return { page, limit };
			this.refusedEnd = Math.min(this.refusedEnd, position + limit);
			limit = Math.floor(limit / 2);
		}
	}

	private async fetchUnlessTooFar(position: number, limit: number): Promise<Page | undefined> {
		return await this.fetcher.fetchUnlessTooFar(this.query, position, limit, this.isLong);
	}
}

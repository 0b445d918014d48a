import type { Case, CaseSearcher, SearchQuery } from './types';

/** Which of the matching cases a search gives. */
export interface SearchExtent {
	/** How many of the first matching cases to leave out. */
	offset: number;
	/** The most cases to give; Infinity for all. */
	limit: number;
	/** Cases asked for at a time. */
	pageSize: number;
}

/** What a search gave. */
export interface SearchOutcome {
	/** In the service's order, no case twice. */
	cases: Case[];
	/** All that match from the offset on, by the service's last count; undefined where it does not say. */
	matching: number | undefined;
	/** Whether every case that matched throughout, from the offset to the limit, is among them. */
	complete: boolean;
}

/** A service that answers so many times in a row with nothing but cases already given gets no further. */
const PAGES_WITHOUT_NEWS = 3;

/** Reads page after page until the limit is reached or the service has no more. @throws IntezerError */
export async function searchCases(
	service: CaseSearcher,
	query: SearchQuery,
	{ offset, limit, pageSize }: SearchExtent,
): Promise<SearchOutcome> {
	const found = new Map<string, Case>();
	let count: number | undefined;
	let position = offset;
	let withoutNews = 0;

	while (found.size < limit && withoutNews < PAGES_WITHOUT_NEWS) {
		const page = await service.searchPage(query, position, Math.min(pageSize, limit - found.size));
		const known = found.size;
		for (const candidate of page.cases) {
			if (found.size === limit) break;
			const identity = identityOf(candidate);
			if (!found.has(identity)) found.set(identity, candidate);
		}
		withoutNews = found.size === known ? withoutNews + 1 : 0;

		// A page may be smaller than asked for while more remain: an empty one is the last, or the count tells.
		count = page.casesCount;
		position += page.cases.length;
		if (page.cases.length === 0 || position >= (count ?? Infinity)) break;
	}
	const matching = count === undefined ? undefined : Math.max(0, count - offset);
	const wanted = Math.min(limit, matching ?? found.size);
	return { cases: [...found.values()], matching, complete: found.size >= wanted };
}

/** A case is known by its id; one without is known by all that it says. */
function identityOf(candidate: Case): string {
	const id = candidate.case_id;
	return typeof id === 'string' && id !== '' ? id : JSON.stringify(candidate);
}

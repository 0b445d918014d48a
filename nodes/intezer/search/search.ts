import { fetchRemaining, type Proof } from './fetchRemaining';
import { FoundCases } from './foundCases';
import { branchesOf } from './orBranches';
import { PageFetcher } from './pageFetcher';
import { readAgain } from './readAgain';
import { readPages, type Reading } from './readPages';
import { readTimeSlices } from './timeSlices';
import type { Case, CaseSearcher, SearchQuery } from '../types';

/** Which of the matching cases a search gives. */
export interface SearchExtent {
	/** How many of the first matching cases to leave out. */
	offset: number;
	/** The most cases to give; Infinity for all. */
	limit: number;
	/** Cases asked for at a time. */
	pageSize: number;
	/** What is `expectable` since this was asked last, if it was; it need not be right. */
	expected?: number;
}

/** What a search gave. */
export interface SearchOutcome {
	/** In the service's order, no case twice. */
	cases: Case[];
	/** All that match from the offset on, by the service's last count; undefined where it does not say. */
	matching: number | undefined;
	/** Whether every case that matched throughout, from the offset to the limit, is among them. */
	complete: boolean;
	/** How many to expect from the offset on when this is asked again; undefined where that would be of no use. */
	expectable: number | undefined;
	/** How many requests it took. */
	requests: number;
}

/**
 * Gives the cases that match: the first so many, or all. All is exact: every case that the service showed as matching
 * from the first request to the last, once, however the history moves meanwhile; `complete` says whether that could be
 * proved.
 *
 * @param signal stops the search: nothing more is asked
 * @throws IntezerError, or the signal's reason
 */
export async function searchHistory(
	service: CaseSearcher,
	query: SearchQuery,
	extent: SearchExtent,
	signal?: AbortSignal,
): Promise<SearchOutcome> {
	const asker = new PageFetcher(service, signal);
	const found = new FoundCases();
	const { matching, complete } =
		extent.limit === Infinity
			? await findAll(asker, query, extent, found)
			: await findSome(asker, query, extent, found);
	const cases = found.inOrder().slice(0, extent.limit);
	// Where the service gives smaller pages than asked for, it is not known where the next ones begin.
	const isExpectable = complete && asker.largestPage >= Math.min(extent.pageSize, extent.limit);
	const expectable = isExpectable ? matching : undefined;
	return { cases, matching, complete, expectable, requests: asker.asked };
}

type Findings = Pick<SearchOutcome, 'matching' | 'complete'>;

async function findAll(
	asker: PageFetcher,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundCases,
): Promise<Findings> {
	const branches = branchesOf(query);
	// The rest of several searches would not come in the order of the one.
	const positions = { ...extent, end: Infinity, leavesLastPage: branches.length === 1 };
	const reading = await readPages(asker, query, positions, found);
	const proof = reading.whole
		? 'whole'
		: await prove(asker, { query, branches }, extent, found, reading);
	if (proof === 'whole') return { matching: found.size, complete: true };
	return { matching: beyond(extent.offset, reading.count), complete: false };
}

/** Adds what a reading missed, and tells whether anything may be missing still. */
async function prove(
	asker: PageFetcher,
	{ query, branches }: { query: SearchQuery; branches: SearchQuery[] },
	extent: SearchExtent,
	found: FoundCases,
	reading: Reading,
): Promise<Proof> {
	const isOne = branches.length === 1;
	if (!isOne && extent.offset > 0) return await readAgain(asker, query, extent, found);
	// Of several, a case may leave one for another while they are asked: it would have to do so in step with the questions.
	for (const branch of isOne ? branches : [...branches, ...branches]) {
		const proof = await proveOne(asker, branch, extent, found, reading);
		if (proof === 'restless') return proof;
		if (proof !== 'whole') return await readAgain(asker, query, extent, found);
	}
	return 'whole';
}

async function proveOne(
	asker: PageFetcher,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundCases,
	{ stuck, leftOut }: Reading,
): Promise<Proof> {
	const { offset, pageSize } = extent;
	const proof = await fetchRemaining(asker, query, extent, found);
	if (proof === 'whole' || proof === 'restless') return proof;
	// A service that neither shows more nor leaves anything out contradicts itself: no question helps.
	if (proof === 'ignored' && stuck) return 'restless';
	if (offset > 0) return proof;
	if (leftOut !== undefined) {
		await readPages(asker, query, { offset: leftOut, end: Infinity, pageSize }, found);
	}
	return await readTimeSlices(asker, query, pageSize, found);
}

/** Reads on where cases came twice, and asks for the rest where they moved, until there are enough or no more. */
async function findSome(
	asker: PageFetcher,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundCases,
): Promise<Findings> {
	const { offset, limit, pageSize } = extent;
	let position = offset;
	let matching: number | undefined;
	for (let isOver = false; !isOver; ) {
		const end = position + limit - found.size;
		const before = found.size;
		const expected = position === offset ? extent.expected : undefined;
		const positions = { offset: position, end, pageSize, expected };
		const reading = await readPages(asker, query, positions, found);
		matching = beyond(offset, reading.count);
		position = end;
		isOver =
			found.size >= limit || found.size === before || position >= (reading.count ?? Infinity);
	}
	const wanted = Math.min(limit, matching ?? found.size);
	if (found.size >= wanted) return { matching, complete: true };
	const [only, ...others] = branchesOf(query);
	const proof =
		only !== undefined && others.length === 0
			? await fetchRemaining(asker, only, extent, found)
			: 'refused';
	return { matching, complete: proof === 'whole' };
}

function beyond(offset: number, count: number | undefined): number | undefined {
	return count === undefined ? undefined : Math.max(0, count - offset);
}

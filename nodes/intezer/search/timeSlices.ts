import { fetchRemaining, type Proof } from './fetchRemaining';
import { FoundCases } from './foundCases';
import type { PageFetcher } from './pageFetcher';
import { readAgain } from './readAgain';
import { isWhole } from './readPages';
import type { Case, SearchQuery } from '../types';

/** A time range in whole Unix seconds, both ends in it. */
interface Slice {
	start: number;
	end: number;
}

const DAY = 86_400;
/** How full of known cases a slice may be: so there is room for what is not known. */
const FILLING = 0.7;
const MOST_PARTS = 16;
/** Requests that finding the right slices may cost, beside those for the pages. */
const SEARCHING = 100;
const REQUESTS_A_PAGE = 6;

/**
 * Reads a search in slices of time so thin that one answer holds each: it is exact for its moment. The creation time of
 * a case does not change, so a case is in one slice for ever. The other two times only grow: where the user's own time
 * range is over one of them the slices are read from the oldest on, and a case that moves is met further on. For a query
 * all of whose filters must match.
 *
 * @param found cases that are known already: their times tell where to cut. All that the slices hold is added.
 * @throws IntezerError
 */
export async function readTimeSlices(
	asker: PageFetcher,
	query: SearchQuery,
	pageSize: number,
	found: FoundCases,
): Promise<Proof> {
	const { largestPage } = asker;
	const { time_range_start: userStart, time_range_end: userEnd } = query.payload;
	const hasRange = typeof userStart === 'number' || typeof userEnd === 'number';
	const userField = query.payload.time_range_field;
	const field = hasRange && typeof userField === 'string' ? userField : 'creation_time';

	// Where the user sets no bound, the outermost slices are open.
	const start = typeof userStart === 'number' ? userStart : 0;
	const end = typeof userEnd === 'number' ? userEnd : Math.max(nowInSeconds() + DAY, start + 1);
	const known = found.inOrder().map((each) => secondsOf(each[field]));
	const times = known.filter((time) => time !== undefined).sort((a, b) => a - b);

	const sliced = new FoundCases();
	const most = asker.asked + SEARCHING + REQUESTS_A_PAGE * Math.ceil(found.size / largestPage);
	let mostExcluded = found.size - 1;
	let ended: Proof | undefined;

	const queryOf = (slice: Slice): SearchQuery => {
		const payload = { ...query.payload, time_range_field: field };
		if (slice.start > start || typeof userStart === 'number') {
			Object.assign(payload, { time_range_start: slice.start });
		}
		if (slice.end < end || typeof userEnd === 'number') {
			Object.assign(payload, { time_range_end: slice.end });
		}
		return { ...query, search_mode: 'and', payload };
	};

	const readSlice = async (slice: Slice): Promise<Proof> => {
		if (ended !== undefined) return ended;
		if (asker.asked >= most) return 'refused';
		const part = new FoundCases();
		const page = await asker.page(queryOf(slice), 0, pageSize);
		const { shown } = part.add(page.cases, 0);
		const parts = partsOf(slice, page.count ?? Infinity, largestPage, times);
		let proof: Proof = isWhole(page, 0, pageSize, shown) ? 'whole' : 'refused';
		if (proof !== 'whole') {
			const isNearlyWhole = (page.count ?? Infinity) <= 3 * shown && shown <= mostExcluded;
			if (isNearlyWhole || parts.length === 0) {
				const all = { offset: 0, limit: Infinity, pageSize };
				proof = await fetchRemaining(asker, queryOf(slice), all, part);
				if (proof === 'refused') mostExcluded = Math.min(mostExcluded, part.size - 1);
				// A single second that holds more than a page cannot be cut.
				if (proof !== 'whole' && parts.length === 0) {
					proof = await readAgain(asker, queryOf(slice), all, part);
				}
			}
		}
		sliced.addAll(part);
		if (proof === 'whole') return proof;
		return parts.length === 0 ? (ended = proof) : await readSlices(parts);
	};

	const readSlices = async (slices: Slice[]): Promise<Proof> => {
		let proofs: Proof[] = [];
		if (field === 'creation_time') {
			proofs = await Promise.all(slices.map(readSlice));
		} else {
			for (const slice of slices) proofs.push(await readSlice(slice));
		}
		return proofs.find((proof) => proof !== 'whole') ?? 'whole';
	};

	const whole: Slice = { start, end };
	const parts = partsOf(whole, found.size, largestPage, times);
	const proof = parts.length === 0 ? await readSlice(whole) : await readSlices(parts);
	const unsliced = found.ids().filter((id) => !sliced.knowsId({ case_id: id }));
	found.addAll(sliced);
	if (proof !== 'whole' || unsliced.length === 0) return proof;

	// They have left the search meanwhile, unless no time range holds such cases, which a sample of a page tells.
	const payload = { ...query.payload, case_ids: unsliced.slice(0, pageSize) };
	const { count } = await asker.page({ ...query, search_mode: 'and', payload }, 0, 1);
	return count === 0 ? 'whole' : 'ignored';
}

/** Cuts a slice that holds `count` cases, at times that are known if there are any; nothing where it is a single second. */
function partsOf(slice: Slice, count: number, pageSize: number, times: number[]): Slice[] {
	const { start, end } = slice;
	if (end <= start) return [];
	const step = Math.max(1, Math.floor(pageSize * FILLING));
	const low = placeOf(times, start);
	const high = placeOf(times, end + 1);
	const cuts = new Set<number>();
	for (let index = low + step; index < high; index += step) {
		const time = times[index];
		if (time !== undefined) cuts.add(Math.max(time, start + 1));
	}
	if (cuts.size === 0) {
		const wanted = Math.ceil((2 * count) / pageSize);
		const parts = Math.min(Math.max(2, wanted), MOST_PARTS, end - start + 1);
		for (let part = 1; part < parts; part++) {
			cuts.add(start + Math.ceil(((end - start + 1) * part) / parts));
		}
	}
	const starts = [start, ...cuts];
	return starts.map((from, index) => ({ start: from, end: (starts[index + 1] ?? end + 1) - 1 }));
}

/** Where `time` belongs among times in ascending order: the first that is not before it. */
function placeOf(times: number[], time: number): number {
	let low = 0;
	let high = times.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((times[middle] ?? Infinity) < time) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** A time as a case may carry it, in Unix seconds: a guess where to cut, and no more. */
function secondsOf(time: Case[string]): number | undefined {
	const value = typeof time === 'string' ? Date.parse(time) : time;
	if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
	return Math.floor(Math.abs(value) >= 1e11 ? value / 1000 : value);
}

function nowInSeconds(): number {
	return Math.floor(Date.now() / 1000);
}

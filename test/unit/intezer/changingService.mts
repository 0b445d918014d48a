import { refusal, unreadable, type IntezerError } from '../../../nodes/intezer/http/errors.ts';
import type { CaseSearcher, SearchPage, SearchQuery } from '../../../nodes/intezer/types.ts';
import { CaseStore, type CasePatch } from '../../../tools/simulator/caseStore.mts';
import { between, pick, seededRandom, type Random } from '../../../tools/simulator/random.mts';
import {
	CASE_PRIORITIES,
	CASE_STATUSES,
	SORT_FIELDS,
	type SimulatedCase,
} from '../../../tools/simulator/simulatedCase.mts';
import { caseOnTheWire, type TimeFormat } from '../../../tools/simulator/wire.mts';

export interface Scenario {
	seed: number;
	/** How many cases there are at first. */
	size: number;
	/** Maximum number of changes before each response. */
	changes: number;
	maxConcurrency: number;
	/** At most this many cases per page; `random`: another cap for each response. */
	pageCap: number | 'random' | undefined;
	ascending: boolean;
	shuffleTies: boolean;
	/** How many different seconds the first cases were created in. */
	seconds: number;
	/** A search whose `offset + limit` is larger is refused. */
	window?: number | undefined;
	/** Counts end at the window. */
	capsCount?: boolean;
	/** An offset beyond the last match is refused. */
	refusesOffsetBeyondEnd?: boolean;
	/** With which status code; 400 unless set. */
	endRefusal?: 400 | 404;
	/** A search with a longer list is refused. */
	maxListLength?: number | undefined;
	/** A search with a longer body is refused, in characters. */
	maxBodyLength?: number | undefined;
	/** How a search that is too long is refused: a status code, or 200 with an HTML page. */
	longRefusal?: number | 'html';
	/** From how many copies of the data responses come, and how many changes a copy may be behind. */
	copies?: number;
	maxLag?: number;
	/** Times have fractions of a second. */
	hasFractions?: boolean;
	/** A time range does not contain its start. */
	hasExclusiveStarts?: boolean;
	/** A time range does not contain its end. */
	hasExclusiveEnds?: boolean;
	/** In search mode `or`: whether the time range is one of the alternatives, or always holds. */
	timeRangeIsAlternative?: boolean;
	/** In search mode `or`: whether `exclude_case_ids` is one of the alternatives, or always holds. */
	exclusionIsAlternative?: boolean;
	timeFormat: TimeFormat;
	/** Ids are numbers in responses; a search names them as text. */
	numericIds: boolean;
	/** One in this many cases has no id in a response. */
	withoutIdEvery?: number;
	/** Some pages are empty, though not twice in a row. */
	emptyPages?: boolean;
	/** The count that a response contains instead of the right one. */
	countShown?: (count: number, random: Random) => number | undefined;
}

/** Unix seconds when a scenario begins. */
export const START = 1_760_000_000;
const DAY = 86_400;

/**
 * A service whose cases change before each response, and whose responses arrive in any order. It records what each
 * response could have contained.
 */
export class ChangingService implements CaseSearcher {
	readonly maxConcurrency: number;
	/** The copies of the data. The first is always up to date. */
	private readonly copies: Copy[];
	/** Every change so far: a case as it became, or undefined if it was removed. */
	private readonly changes: Array<{ id: string; current: SimulatedCase | undefined }> = [];
	/** The requests received, in order. */
	readonly requests: Array<{ query: SearchQuery; offset: number; limit: number }> = [];
	readonly inFlight = { now: 0, peak: 0 };
	/** The ids that matched the user's search at every response so far. */
	throughout: Set<string> | undefined;
	/** The ids that matched it at one response or more. */
	readonly ever = new Set<string>();

	private readonly random: Random;
	private now = START;
	/** What may happen next: a response is created, or it arrives. */
	private readonly next: Array<() => void> = [];
	/** The requests that were answered with an empty page. */
	private readonly emptied = new Set<string>();
	private idsGiven = 0;

	constructor(
		private readonly scenario: Scenario,
		private readonly userQuery: SearchQuery,
	) {
		this.maxConcurrency = scenario.maxConcurrency;
		this.random = seededRandom(scenario.seed);
		this.copies = Array.from({ length: scenario.copies ?? 1 }, () => this.newCopy());
		const seconds = Array.from({ length: scenario.seconds }, () =>
			between(this.random, START - 30 * DAY, START),
		);
		const fraction = () => (scenario.hasFractions ? between(this.random, 0, 9) / 10 : 0);
		for (let index = 0; index < scenario.size; index++) {
			this.create({ creation_time: pick(this.random, seconds) + fraction() });
		}
		for (const copy of this.copies) this.update(copy, this.changes.length);
	}

	/** The ids that match the user's search now, in the service's order. */
	get matching(): string[] {
		return this.find(this.primary, this.userQuery).map((each) => each.case_id);
	}

	/** The largest number of cases that match the user's search and were created within the same second. */
	get mostInOneSecond(): number {
		const perSecond = new Map<number, number>();
		for (const { creation_time } of this.find(this.primary, this.userQuery)) {
			const second = Math.floor(creation_time);
			perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
		}
		return Math.max(0, ...perSecond.values());
	}

	async searchPage(query: SearchQuery, offset: number, limit: number): Promise<SearchPage> {
		this.requests.push({ query, offset, limit });
		this.inFlight.peak = Math.max(this.inFlight.peak, ++this.inFlight.now);
		try {
			return await new Promise((resolve, reject) => {
				this.schedule(() => {
					const settle = this.respond(query, offset, limit);
					this.schedule(() => {
						settle(resolve, reject);
					});
				});
			});
		} finally {
			this.inFlight.now--;
		}
	}

	private schedule(event: () => void): void {
		this.next.push(event);
		setImmediate(() => {
			const [chosen] = this.next.splice(between(this.random, 0, this.next.length - 1), 1);
			chosen?.();
		});
	}

	private respond(
		query: SearchQuery,
		offset: number,
		limit: number,
	): (resolve: (page: SearchPage) => void, reject: (error: Error) => void) => void {
		const changes = between(this.random, 0, this.scenario.changes);
		for (let done = 0; done < changes; done++) this.change();
		for (const copy of this.copies.slice(1)) {
			const oldest = Math.max(copy.changesKnown, this.changes.length - (this.scenario.maxLag ?? 0));
			this.update(copy, between(this.random, oldest, this.changes.length));
		}
		if (changes > 0 || this.copies.length > 1 || this.throughout === undefined)
			this.recordMatches();

		const matching = this.find(pick(this.random, this.copies), query);
		const error = this.errorFor(query, offset, limit, matching.length);
		if (error !== undefined) {
			return (_, reject) => {
				reject(error);
			};
		}
		const { pageCap, emptyPages, countShown, capsCount, window } = this.scenario;
		const cap = pageCap === 'random' ? between(this.random, 1, limit) : (pageCap ?? Infinity);
		const request = JSON.stringify([query, offset, limit]);
		const isEmpty = emptyPages === true && !this.emptied.has(request) && this.random() < 0.3;
		if (isEmpty) this.emptied.add(request);
		else this.emptied.delete(request);
		const size = isEmpty ? 0 : Math.min(limit, cap);
		const cases = matching.slice(offset, offset + size);
		const count = capsCount ? Math.min(matching.length, window ?? Infinity) : matching.length;
		const casesCount = countShown === undefined ? count : countShown(count, this.random);
		return (resolve) => {
			resolve({ cases: cases.map((each) => this.sent(each)), casesCount, serverTime: this.now });
		};
	}

	/** The error that a request gets, if it is refused. */
	private errorFor(
		query: SearchQuery,
		offset: number,
		limit: number,
		count: number,
	): IntezerError | undefined {
		const { window, refusesOffsetBeyondEnd, endRefusal = 400 } = this.scenario;
		const { maxListLength, maxBodyLength, longRefusal } = this.scenario;
		const longest = Math.max(0, ...Object.values(query.payload).map(lengthOf));
		const body = JSON.stringify({ ...query, offset, limit });
		if (longest > (maxListLength ?? Infinity) || body.length > (maxBodyLength ?? Infinity)) {
			if (longRefusal === 'html') return unreadable({ reason: 'notJson' }, 200);
			return refusal(longRefusal ?? 400, { error: 'Too long' });
		}
		const reasons = { message: { offset: 'too large' } };
		if (offset + limit > (window ?? Infinity)) return refusal(400, reasons);
		const isBeyondEnd = refusesOffsetBeyondEnd === true && offset > 0 && offset >= count;
		return isBeyondEnd ? refusal(endRefusal, reasons) : undefined;
	}

	/** What matches a search in one copy, in the service's order. The pages of a search share it until a case changes. */
	private find(copy: Copy, query: SearchQuery): SimulatedCase[] {
		if (this.scenario.shuffleTies) return this.findIn(copy.store, query);
		const version = copy === this.primary ? this.changes.length : copy.changesKnown;
		const key = JSON.stringify([version, query]);
		if (copy.lastSearch?.key !== key) {
			copy.lastSearch = { key, cases: this.findIn(copy.store, query) };
		}
		return copy.lastSearch.cases;
	}

	private findIn(
		store: CaseStore,
		{ payload, search_mode, sort_by }: SearchQuery,
	): SimulatedCase[] {
		const {
			hasExclusiveStarts,
			hasExclusiveEnds,
			timeRangeIsAlternative = true,
			exclusionIsAlternative,
		} = this.scenario;
		const { exclude_case_ids, time_range_start, time_range_end, time_range_field, ...others } =
			payload;
		const range = {
			...(typeof time_range_start !== 'number'
				? {}
				: { time_range_start: time_range_start + (hasExclusiveStarts ? 1e-4 : 0) }),
			...(typeof time_range_end !== 'number'
				? {}
				: { time_range_end: time_range_end - (hasExclusiveEnds ? 1e-4 : 0) }),
		};
		const order = sort_by === undefined ? {} : { sort_by };
		const idsOf = (body: object) =>
			new Set(
				store
					.search({ payload: body, search_mode: search_mode ?? 'and', limit: Infinity })
					.cases.map((each) => each.case_id),
			);
		const filters: Array<{ isAlternative: boolean; ids: Set<string> }> = [];
		if (Object.keys(range).length > 0) {
			const ids = idsOf({ ...range, time_range_field });
			filters.push({ isAlternative: timeRangeIsAlternative, ids });
		}
		if (exclude_case_ids !== undefined) {
			const ids = idsOf({});
			for (const id of Array.isArray(exclude_case_ids) ? exclude_case_ids : [])
				ids.delete(String(id));
			filters.push({ isAlternative: exclusionIsAlternative === true, ids });
		}
		if (Object.keys(others).length > 0) {
			filters.push({ isAlternative: true, ids: idsOf(others) });
		}
		const isAny = search_mode === 'or';
		const alternatives = filters.filter(({ isAlternative }) => isAny && isAlternative);
		const conditions = filters.filter(({ isAlternative }) => !(isAny && isAlternative));
		const matches = ({ case_id }: SimulatedCase) =>
			conditions.every(({ ids }) => ids.has(case_id)) &&
			(alternatives.length === 0 || alternatives.some(({ ids }) => ids.has(case_id)));
		return store.search({ payload: {}, ...order, limit: Infinity }).cases.filter(matches);
	}

	private newCopy(): Copy {
		const store = new CaseStore({
			now: () => this.now,
			caseUrl: (id) => `https://intezer.example.com/cases/${id}`,
			random: this.random,
		});
		store.settings.ascending = this.scenario.ascending ? SORT_FIELDS : [];
		store.settings.shuffleTies = this.scenario.shuffleTies;
		return { store, changesKnown: 0 };
	}

	/** Applies the changes up to the given one to a copy. */
	private update(copy: Copy, changesKnown: number): void {
		for (const { id, current } of this.changes.slice(copy.changesKnown, changesKnown)) {
			if (copy === this.primary) continue;
			if (current === undefined) copy.store.remove(id);
			else if (copy.store.get(id) === undefined) copy.store.addComplete(current);
			else copy.store.update(id, current);
		}
		copy.changesKnown = Math.max(copy.changesKnown, changesKnown);
	}

	private get primary(): Copy {
		const [first] = this.copies;
		if (first === undefined) throw new Error('A service has at least one copy of its data.');
		return first;
	}

	private recordMatches(): void {
		for (const copy of this.copies) {
			const matching = new Set(this.find(copy, this.userQuery).map((each) => each.case_id));
			this.throughout ??= new Set(matching);
			for (const id of this.throughout) if (!matching.has(id)) this.throughout.delete(id);
			for (const id of matching) this.ever.add(id);
		}
	}

	private sent(each: SimulatedCase): SearchPage['cases'][number] {
		const { withoutIdEvery = Infinity, timeFormat } = this.scenario;
		const sent = caseOnTheWire(each, timeFormat) as SearchPage['cases'][number];
		if (Number(each.case_id.slice(-6)) % withoutIdEvery === 0) delete sent.case_id;
		else if (this.scenario.numericIds) sent.case_id = Number(each.case_id);
		return sent;
	}

	private newId(): string {
		return idOf(++this.idsGiven, this.scenario.numericIds);
	}

	private create(given: Partial<SimulatedCase> & { creation_time: number }): void {
		const current = this.primary.store.add({
			case_id: this.newId(),
			case_status: pick(this.random, CASE_STATUSES),
			case_priority: pick(this.random, CASE_PRIORITIES),
			alerts_count: between(this.random, 0, 5),
			...given,
		});
		this.changes.push({ id: current.case_id, current });
	}

	private remove(id: string): void {
		this.primary.store.remove(id);
		this.changes.push({ id, current: undefined });
	}

	private edit(id: string, patch: CasePatch): void {
		const current = this.primary.store.update(id, { modification_time: this.now, ...patch });
		this.changes.push({ id, current });
	}

	private change(): void {
		this.now += this.scenario.hasFractions
			? between(this.random, 0, 20) / 10
			: between(this.random, 0, 2);
		const { all } = this.primary.store;
		const chosen = all.length === 0 ? undefined : pick(this.random, all);
		const kind = chosen === undefined ? 0 : between(this.random, 0, 6);
		if (chosen === undefined || kind === 0) {
			this.create({ creation_time: this.now });
		} else if (kind === 1) {
			this.remove(chosen.case_id);
		} else if (kind === 2) {
			this.edit(chosen.case_id, { case_status: pick(this.random, CASE_STATUSES) });
		} else if (kind === 3) {
			this.edit(chosen.case_id, { case_priority: pick(this.random, CASE_PRIORITIES) });
		} else if (kind === 4) {
			this.edit(chosen.case_id, {
				alerts_count: chosen.alerts_count + 1,
				last_attached_alert_time: this.now,
			});
		} else if (kind === 5) {
			const analyst_verdict = pick(this.random, [null, 'false_positive', 'true_positive']);
			this.edit(chosen.case_id, { alerts_count: between(this.random, 0, 20), analyst_verdict });
		} else {
			// One case is removed and another one added, so no count shows it.
			const { case_id, case_status, case_priority } = chosen;
			this.remove(case_id);
			this.create({ creation_time: this.now, case_status, case_priority });
		}
	}
}

/** The id of the case that was created as number `index`, from 1. */
export function idOf(index: number, isNumber: boolean): string {
	const digits = String(index);
	return isNumber ? digits : `3f2b8c1e-0d4a-4c57-9a54-${digits.padStart(12, '0')}`;
}

interface Copy {
	store: CaseStore;
	changesKnown: number;
	lastSearch?: { key: string; cases: SimulatedCase[] };
}

/** The length of a list in a payload; the longest of the lists in an object. */
function lengthOf(value: unknown): number {
	if (Array.isArray(value)) return value.length;
	if (typeof value !== 'object' || value === null) return 0;
	return Math.max(0, ...Object.values(value).map(lengthOf));
}

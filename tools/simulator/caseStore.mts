import { compileFilters, type SearchPayload } from './filters.mts';
import { shuffle, type Random } from './random.mts';
import {
	makeCase,
	SORT_FIELDS,
	type SearchMode,
	type SimulatedAlert,
	type SimulatedCase,
	type SortField,
} from './simulatedCase.mts';
import { SortedIndex, type Entry } from './sortedIndex.mts';

/** The body of `POST /cases/search`. */
export interface SearchBody {
	readonly payload: SearchPayload;
	readonly offset?: number;
	readonly limit?: number;
	readonly search_mode?: SearchMode;
	readonly sort_by?: SortField;
}

export interface SearchResult {
	readonly cases_count: number;
	readonly cases: readonly SimulatedCase[];
}

export type CasePatch = Partial<Omit<SimulatedCase, 'case_id'>>;

const MAX_CACHED_SEARCHES = 16;

/**
 * The cases of the simulated service. An update replaces a case and never changes the old object, so
 * a case that a test holds stays the same.
 */
export class CaseStore {
	/** Sort ascending. The service's direction is not documented; newest or largest come first. */
	ascending = false;
	/** Return cases with the same sort value in a different order in each search. */
	shuffleTies = false;

	private readonly entries = new Map<string, Entry>();
	private readonly indexes = new Map<SortField, SortedIndex>();
	/** Results by search, in ascending order. Cleared when a case changes. */
	private readonly cachedResults = new Map<string, readonly Entry[]>();
	private nextSequence = 0;

	constructor(
		private readonly options: {
			/** Unix seconds. */
			readonly now: () => number;
			readonly caseUrl: (caseId: string) => string;
			readonly random: Random;
		},
	) {}

	/** Every case, in order of arrival. */
	get all(): readonly SimulatedCase[] {
		return Array.from(this.entries.values(), (entry) => entry.current);
	}

	get size(): number {
		return this.entries.size;
	}

	get(caseId: string): SimulatedCase | undefined {
		return this.entries.get(caseId)?.current;
	}

	/** Adds a case. Missing fields get default values. */
	add(given: Partial<SimulatedCase> = {}): SimulatedCase {
		return this.addComplete(makeCase(given, this.now()));
	}

	/** Adds a complete case. Only an empty link is replaced. */
	addComplete(complete: SimulatedCase): SimulatedCase {
		if (this.entries.has(complete.case_id)) {
			throw new Error(`There is already a case ${complete.case_id}.`);
		}
		const url = complete.intezer_case_url || this.options.caseUrl(complete.case_id);
		const current = { ...complete, intezer_case_url: url };
		const entry = { sequence: this.nextSequence++, current };
		this.entries.set(current.case_id, entry);
		for (const index of this.indexes.values()) index.insert(entry);
		this.cachedResults.clear();
		return current;
	}

	/** Updates a case. Its modification time becomes the current time, unless the patch sets it. */
	update(caseId: string, patch: CasePatch): SimulatedCase {
		const entry = this.entryOf(caseId);
		const next = {
			...entry.current,
			modification_time: this.now(),
			...patch,
			case_id: caseId,
		};
		const moved = SORT_FIELDS.filter((field) => next[field] !== entry.current[field]);
		for (const field of moved) this.indexes.get(field)?.remove(entry);
		entry.current = next;
		for (const field of moved) this.indexes.get(field)?.insert(entry);
		this.cachedResults.clear();
		return next;
	}

	remove(caseId: string): void {
		const entry = this.entryOf(caseId);
		for (const index of this.indexes.values()) index.remove(entry);
		this.entries.delete(caseId);
		this.cachedResults.clear();
	}

	/** Attaches an alert: updates the count, the time of the last alert and the modification time. */
	attachAlert(
		caseId: string,
		alert: SimulatedAlert = { alert_id: crypto.randomUUID(), environment: 'production' },
	): SimulatedCase {
		const before = this.entryOf(caseId).current;
		return this.update(caseId, {
			alerts: [...before.alerts, alert],
			alerts_count: before.alerts_count + 1,
			last_attached_alert_time: this.now(),
		});
	}

	/** Escalates a random open case, or adds an escalated one if all open cases are escalated. */
	escalateOne(): SimulatedCase {
		const candidates = this.all.filter(
			(candidate) =>
				candidate.case_priority !== 'escalated' &&
				candidate.case_status !== 'closed' &&
				candidate.case_status !== 'suppressed',
		);
		const chosen = candidates[Math.floor(this.options.random() * candidates.length)];
		return chosen === undefined
			? this.add({ case_priority: 'escalated' })
			: this.update(chosen.case_id, { case_priority: 'escalated' });
	}

	/** One page of a search. Sorted by creation time unless the body says otherwise. */
	search(body: SearchBody): SearchResult {
		const field = body.sort_by ?? 'creation_time';
		let matching = this.matching(body.payload, body.search_mode ?? 'and', field);
		if (body.payload.exclude_case_ids !== undefined) {
			const excluded = new Set(body.payload.exclude_case_ids);
			matching = matching.filter((entry) => !excluded.has(entry.current.case_id));
		}
		const offset = body.offset ?? 0;
		const page = this.page(matching, field, offset, offset + (body.limit ?? 100));
		return { cases_count: matching.length, cases: page.map((entry) => entry.current) };
	}

	private matching(payload: SearchPayload, mode: SearchMode, field: SortField): readonly Entry[] {
		const index = this.indexOf(field);
		const filter = compileFilters(payload, mode);
		if (filter === undefined) return index.entries;
		const key = JSON.stringify([{ ...payload, exclude_case_ids: undefined }, mode, field]);
		const known = this.cachedResults.get(key);
		if (known !== undefined) return known;
		const matching = index.entries.filter((entry) => filter(entry.current));
		if (this.cachedResults.size >= MAX_CACHED_SEARCHES) this.cachedResults.clear();
		this.cachedResults.set(key, matching);
		return matching;
	}

	/** The entries from `start` to `end` (exclusive), in the configured direction. */
	private page(ascending: readonly Entry[], field: SortField, start: number, end: number): Entry[] {
		const length = ascending.length;
		let low = this.ascending ? Math.min(start, length) : Math.max(length - end, 0);
		let high = this.ascending ? Math.min(end, length) : Math.max(length - start, 0);
		const [first, last] = [low, high];
		if (this.shuffleTies && low < high) {
			// Ties may extend beyond the page: include them all, shuffle, and cut the page out again.
			const valueAt = (index: number) => ascending[index]?.current[field];
			while (low > 0 && valueAt(low - 1) === valueAt(low)) low--;
			while (high < length && valueAt(high) === valueAt(high - 1)) high++;
		}
		const page = ascending.slice(low, high);
		if (this.shuffleTies) this.shuffleTiesOf(page, field);
		const cut = page.slice(first - low, last - low);
		return this.ascending ? cut : cut.reverse();
	}

	private shuffleTiesOf(page: Entry[], field: SortField): void {
		for (let start = 0; start < page.length; ) {
			const value = page[start]?.current[field];
			let end = start + 1;
			while (end < page.length && page[end]?.current[field] === value) end++;
			shuffle(this.options.random, page, start, end);
			start = end;
		}
	}

	private indexOf(field: SortField): SortedIndex {
		const known = this.indexes.get(field);
		if (known !== undefined) return known;
		const index = new SortedIndex(field, this.entries.values());
		this.indexes.set(field, index);
		return index;
	}

	private entryOf(caseId: string): Entry {
		const entry = this.entries.get(caseId);
		if (entry === undefined) throw new Error(`There is no case ${caseId}.`);
		return entry;
	}

	private now(): number {
		return Math.floor(this.options.now());
	}
}

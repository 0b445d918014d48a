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
import { defaultSettings, type Settings } from './settings.mts';
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

/** A case after a change, or without `current` that it was removed; `at` in Unix seconds. */
export interface CaseChange {
	readonly at: number;
	readonly caseId: string;
	readonly current: SimulatedCase | undefined;
}

export interface CaseStoreOptions {
	/** Unix seconds. */
	readonly now: () => number;
	readonly caseUrl: (caseId: string) => string;
	readonly random: Random;
	/** How the service behaves; may change at any time. Default: {@link defaultSettings}. */
	readonly settings?: Settings;
}

const MAX_CACHED_SEARCHES = 16;
const FIRST_NUMERIC_ID = 5_000_001;

/**
 * The cases of the simulated service. An update replaces a case and never changes the old object, so
 * a case that a test holds stays the same.
 */
export class CaseStore {
	readonly settings: Settings;
	private readonly entries = new Map<string, Entry>();
	private readonly indexes = new Map<SortField, SortedIndex>();
	/** Results by search, in ascending order. Cleared when a case changes. */
	private readonly cachedResults = new Map<string, readonly Entry[]>();
	private nextSequence = 0;
	private readonly listeners: Array<(change: CaseChange) => void> = [];

	constructor(readonly options: CaseStoreOptions) {
		this.settings = options.settings ?? defaultSettings();
	}

	/** Calls a function after each change. */
	onChange(listener: (change: CaseChange) => void): void {
		this.listeners.push(listener);
	}

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
		const numericId = { case_id: String(FIRST_NUMERIC_ID + this.nextSequence) };
		const id = this.settings.numericCaseIds ? numericId : {};
		return this.addComplete(makeCase({ ...id, ...given }, this.now()));
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
		this.changed(current.case_id, current);
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
		this.changed(caseId, next);
		return next;
	}

	remove(caseId: string): void {
		const entry = this.entryOf(caseId);
		for (const index of this.indexes.values()) index.remove(entry);
		this.entries.delete(caseId);
		this.changed(caseId, undefined);
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
		const matching = this.matching(body.payload, body.search_mode ?? 'and', field);
		const offset = body.offset ?? 0;
		const page = this.page(matching, field, offset, offset + (body.limit ?? 100));
		return { cases_count: matching.length, cases: page.map((entry) => entry.current) };
	}

	private matching(payload: SearchPayload, mode: SearchMode, field: SortField): readonly Entry[] {
		const { exclude_case_ids, ...rest } = payload;
		if (exclude_case_ids === undefined) return this.cached(rest, mode, field);
		// A client's searches exclude other ids each time, so caching them is not worth it.
		if (mode === 'or' && this.settings.orExclusion === 'alternative') {
			return this.filtered(payload, mode, field);
		}
		const excluded = new Set(exclude_case_ids);
		return this.cached(rest, mode, field).filter((entry) => !excluded.has(entry.current.case_id));
	}

	private cached(payload: SearchPayload, mode: SearchMode, field: SortField): readonly Entry[] {
		const { rangeStart, rangeEnd, orTimeRange } = this.settings;
		const key = JSON.stringify([payload, mode, field, rangeStart, rangeEnd, orTimeRange]);
		const known = this.cachedResults.get(key);
		if (known !== undefined) return known;
		const matching = this.filtered(payload, mode, field);
		if (this.cachedResults.size >= MAX_CACHED_SEARCHES) this.cachedResults.clear();
		// Without filters, the result is the index itself, which changes.
		if (matching !== this.indexOf(field).entries) this.cachedResults.set(key, matching);
		return matching;
	}

	private filtered(payload: SearchPayload, mode: SearchMode, field: SortField): readonly Entry[] {
		const { entries } = this.indexOf(field);
		const filter = compileFilters(payload, mode, this.settings);
		return filter === undefined ? entries : entries.filter((entry) => filter(entry.current));
	}

	/** The entries from `start` to `end` (exclusive), in the configured direction. */
	private page(entries: readonly Entry[], field: SortField, start: number, end: number): Entry[] {
		const length = entries.length;
		const ascending = this.settings.ascending.includes(field);
		let low = ascending ? Math.min(start, length) : Math.max(length - end, 0);
		let high = ascending ? Math.min(end, length) : Math.max(length - start, 0);
		const [first, last] = [low, high];
		if (this.settings.shuffleTies && low < high) {
			// Ties may extend beyond the page: include them all, shuffle, and cut the page out again.
			const valueAt = (index: number) => entries[index]?.current[field];
			while (low > 0 && valueAt(low - 1) === valueAt(low)) low--;
			while (high < length && valueAt(high) === valueAt(high - 1)) high++;
		}
		const page = entries.slice(low, high);
		if (this.settings.shuffleTies) this.shuffleTiesOf(page, field);
		const cut = page.slice(first - low, last - low);
		return ascending ? cut : cut.reverse();
	}

	private shuffleTiesOf(page: Entry[], field: SortField): void {
		for (let start = 0; start < page.length;) {
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

	private changed(caseId: string, current: SimulatedCase | undefined): void {
		this.cachedResults.clear();
		for (const listener of this.listeners) listener({ at: this.options.now(), caseId, current });
	}

	/** The time that a change is stamped with. */
	private now(): number {
		const now = this.options.now();
		return this.settings.timeFraction === 'none' ? Math.floor(now) : Math.floor(now * 1000) / 1000;
	}
}

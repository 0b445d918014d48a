import { refusal } from '../../../nodes/intezer/http/errors.ts';
import type { CaseSearcher, SearchPage, SearchQuery } from '../../../nodes/intezer/types.ts';
import { CaseStore, type SearchBody } from '../../../tools/simulator/caseStore.mts';
import {
	between,
	pick,
	seededRandom,
	uuid,
	type Random,
} from '../../../tools/simulator/random.mts';
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
	/** The most changes before each response. */
	changes: number;
	maxConcurrency: number;
	/** At most so many cases a page; `random`: another cap for each response. */
	pageCap: number | 'random' | undefined;
	ascending: boolean;
	shuffleTies: boolean;
	/** How many different seconds the first cases were created in. */
	seconds: number;
	/** A search with more `exclude_case_ids` is refused. */
	maxExcludedIds: number | undefined;
	timeFormat: TimeFormat;
	/** Ids are numbers in responses; a search names them as text. */
	numericIds: boolean;
	/** One case in so many has no id in a response. */
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
	readonly store: CaseStore;
	/** The requests received, in order. */
	readonly requests: Array<{ query: SearchQuery; offset: number; limit: number }> = [];
	readonly inFlight = { now: 0, peak: 0 };
	/** The ids that matched the user's search at every response so far. */
	throughout: Set<string> | undefined;
	/** The ids that matched it at one response or more. */
	readonly ever = new Set<string>();

	private readonly random: Random;
	private now = START;
	/** What may happen next: a response is created, or one arrives. */
	private readonly next: Array<() => void> = [];
	private wasEmpty = false;
	private idsGiven = 0;

	constructor(
		private readonly scenario: Scenario,
		private readonly userQuery: SearchQuery,
	) {
		this.maxConcurrency = scenario.maxConcurrency;
		this.random = seededRandom(scenario.seed);
		this.store = new CaseStore({
			now: () => this.now,
			caseUrl: (id) => `https://intezer.example.com/cases/${id}`,
			random: this.random,
		});
		this.store.settings.ascending = scenario.ascending ? SORT_FIELDS : [];
		this.store.settings.shuffleTies = scenario.shuffleTies;
		const seconds = Array.from({ length: scenario.seconds }, () =>
			between(this.random, START - 30 * DAY, START),
		);
		for (let index = 0; index < scenario.size; index++) this.create(pick(this.random, seconds));
	}

	/** The ids that match the user's search now, in the service's order. */
	get matching(): string[] {
		const body = { ...bodyOf(this.userQuery), limit: Infinity };
		return this.store.search(body).cases.map((each) => each.case_id);
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
		if (changes > 0 || this.throughout === undefined) this.recordMatches();

		const body = bodyOf(query);
		const { maxExcludedIds = Infinity, pageCap, emptyPages, countShown } = this.scenario;
		if ((body.payload.exclude_case_ids?.length ?? 0) > maxExcludedIds) {
			return (_, reject) => {
				reject(refusal(400, { message: { 'payload.exclude_case_ids': 'too long' } }));
			};
		}
		const cap = pageCap === 'random' ? between(this.random, 1, limit) : (pageCap ?? Infinity);
		this.wasEmpty = !this.wasEmpty && emptyPages === true && this.random() < 0.3;
		const size = this.wasEmpty ? 0 : Math.min(limit, cap);
		const { cases, cases_count } = this.store.search({ ...body, offset, limit: size });
		const casesCount =
			countShown === undefined ? cases_count : countShown(cases_count, this.random);
		return (resolve) => {
			resolve({ cases: cases.map((each) => this.sent(each)), casesCount, serverTime: this.now });
		};
	}

	private recordMatches(): void {
		const matching = new Set(this.matching);
		this.throughout ??= new Set(matching);
		for (const id of this.throughout) if (!matching.has(id)) this.throughout.delete(id);
		for (const id of matching) this.ever.add(id);
	}

	private sent(each: SimulatedCase): SearchPage['cases'][number] {
		const { withoutIdEvery = Infinity, timeFormat } = this.scenario;
		const sent = caseOnTheWire(each, timeFormat) as SearchPage['cases'][number];
		if (Number.parseInt(each.case_id.slice(0, 6), 16) % withoutIdEvery === 0) delete sent.case_id;
		else if (this.scenario.numericIds) sent.case_id = Number(each.case_id);
		return sent;
	}

	private newId(): string {
		return this.scenario.numericIds ? String(++this.idsGiven) : uuid(this.random);
	}

	private create(creationTime: number): void {
		this.store.add({
			case_id: this.newId(),
			creation_time: creationTime,
			case_status: pick(this.random, CASE_STATUSES),
			case_priority: pick(this.random, CASE_PRIORITIES),
			alerts_count: between(this.random, 0, 5),
		});
	}

	private change(): void {
		this.now += between(this.random, 0, 2);
		const { all } = this.store;
		const chosen = all.length === 0 ? undefined : pick(this.random, all).case_id;
		const kind = chosen === undefined ? 0 : between(this.random, 0, 6);
		if (chosen === undefined || kind === 0) {
			this.create(this.now);
		} else if (kind === 1) {
			this.store.remove(chosen);
		} else if (kind === 2) {
			this.store.update(chosen, { case_status: pick(this.random, CASE_STATUSES) });
		} else if (kind === 3) {
			this.store.update(chosen, { case_priority: pick(this.random, CASE_PRIORITIES) });
		} else if (kind === 4) {
			this.store.attachAlert(chosen);
		} else if (kind === 5) {
			this.store.update(chosen, { alerts_count: between(this.random, 0, 20) });
		} else {
			// One goes and one comes: no count shows it.
			const { case_status, case_priority } = this.store.get(chosen) ?? {};
			this.store.remove(chosen);
			this.store.add({
				case_id: this.newId(),
				creation_time: this.now,
				...(case_status === undefined ? {} : { case_status }),
				...(case_priority === undefined ? {} : { case_priority }),
			});
		}
	}
}

/** A search as the store takes it. */
function bodyOf({ payload, search_mode, sort_by }: SearchQuery): SearchBody {
	return {
		payload,
		...(search_mode === undefined ? {} : { search_mode }),
		...(sort_by === undefined ? {} : { sort_by }),
	};
}

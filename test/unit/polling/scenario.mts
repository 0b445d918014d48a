import type { Case, CaseSearcher, SearchPage, SearchQuery } from '../../../nodes/intezer/types.ts';
import {
	deadlineExceeded,
	type FailureKind,
	type IntezerError,
	refusal,
	unreadable,
} from '../../../nodes/intezer/http/errors.ts';
import { findEvents } from '../../../nodes/IntezerCases/polling/findEvents.ts';
import {
	emptyState,
	readState,
	type TriggerState,
} from '../../../nodes/IntezerCases/polling/state.ts';
import type {
	CaseEvent,
	EventName,
	TriggerSettings,
} from '../../../nodes/IntezerCases/polling/events.ts';
import { answerSearch } from '../../../tools/simulator/answerSearch.mts';
import { LaggingCopies } from '../../../tools/simulator/laggingCopies.mts';
import { CaseStore, type SearchBody } from '../../../tools/simulator/caseStore.mts';
import { seededRandom } from '../../../tools/simulator/random.mts';
import { makeCase, type SimulatedCase } from '../../../tools/simulator/simulatedCase.mts';
import { caseOnTheWire, type TimeFormat } from '../../../tools/simulator/wire.mts';

/** When the tests start, in Unix seconds by the service's clock. */
const BEGINNING = 1_790_000_000;

const POLL_SECONDS = 45;

/** A service without a network, whose clock the test moves. */
export class Scenario implements CaseSearcher {
	/** The service's clock, in Unix seconds. */
	now = BEGINNING;
	/** How far n8n's clock is ahead, in seconds. */
	skew = 0;
	/** How long a response takes, in seconds. */
	latency = 0;
	timeFormat: TimeFormat = 'seconds';
	pageCap = Infinity;
	/** Whether `cases_count` is the number of cases in the page, instead of all that match. */
	countsPage = false;
	/** Whether responses have a `Date` header. */
	hasDate = true;
	/** How far the `Date` header is ahead, in seconds. */
	dateSkew = 0;
	/** Requests a minute that are answered. */
	quota = Infinity;
	/** Changes a case as the service sends it, such as the names of its times. */
	responseFormat: (sent: Record<string, unknown>) => Record<string, unknown> = (sent) => sent;
	/** When the running poll must be over: later responses never come. */
	deadline = Infinity;
	/** How many requests got a response. */
	requests = 0;
	readonly maxConcurrency = 5;
	readonly cases: CaseStore;
	/** Called before each response; the request fails with what it throws. */
	beforeAnswer: (query: SearchQuery, offset: number) => void = () => undefined;

	private readonly copies: LaggingCopies;
	private answeredAt: number[] = [];
	/** Polls read the same cases thousands of times. The formats are chosen before the first request. */
	private readonly sent = new WeakMap<SimulatedCase, Case>();
	private readonly scheduled: Array<{ at: number; happen: () => void }> = [];

	constructor(seed = 1) {
		this.cases = new CaseStore({
			now: () => this.now,
			caseUrl: (id) => `https://intezer.example/cases/${id}`,
			random: seededRandom(seed),
		});
		this.copies = new LaggingCopies(this.cases);
	}

	/** Adds a case that is created now, and returns its id. */
	add(id: string, more: Parameters<typeof makeCase>[0] = {}): string {
		const made = makeCase({ case_id: id, ...more }, Math.floor(this.now));
		return this.cases.addComplete(made).case_id;
	}

	/** Calls `happen` when the clock reaches `at`. */
	schedule(at: number, happen: () => void): void {
		this.scheduled.push({ at, happen });
		this.scheduled.sort((a, b) => a.at - b.at);
	}

	/** Moves the clock. */
	advance(seconds: number): void {
		const until = this.now + seconds;
		for (let next = this.scheduled[0]; next !== undefined && next.at <= until;) {
			this.scheduled.shift();
			this.now = Math.max(this.now, next.at);
			next.happen();
			next = this.scheduled[0];
		}
		this.now = until;
	}

	searchPage(query: SearchQuery, offset: number, limit: number): Promise<SearchPage> {
		try {
			if (this.now + this.latency > this.deadline) throw deadlineExceeded();
			this.advance(this.latency);
			this.beforeAnswer(query, offset);
			this.answeredAt = this.answeredAt.filter((at) => at > this.now - 60);
			if (this.answeredAt.length >= this.quota) throw refusal(429, { error: 'Too many requests' });
			this.answeredAt.push(this.now);
			this.requests++;
			const body = { ...query, offset, limit: Math.min(limit, this.pageCap) } as SearchBody;
			const answer = answerSearch(this.copies.next(), body);
			if ('refusal' in answer) {
				const { status, body: reasons } = answer.refusal;
				throw status === 200 ? unreadable({ reason: 'notJson' }, 200) : refusal(status, reasons);
			}
			const { cases, cases_count } = answer.result;
			return Promise.resolve({
				cases: cases.map((each) => this.sentCase(each)),
				casesCount: this.countsPage ? cases.length : cases_count,
				serverTime: this.hasDate ? Math.floor(this.now + this.dateSkew) : undefined,
			});
		} catch (error) {
			return Promise.reject(error instanceof Error ? error : new Error(String(error)));
		}
	}

	/** A case as a response contains it; polling must not change it. */
	private sentCase(stored: SimulatedCase): Case {
		const known = this.sent.get(stored);
		if (known !== undefined) return known;
		const sent = this.responseFormat(
			caseOnTheWire(stored, this.timeFormat, this.cases.settings),
		) as Case;
		this.sent.set(stored, Object.freeze(sent));
		return sent;
	}
}

const OTHER_NAMES: Readonly<Record<string, string>> = {
	creation_time: 'created_at',
	modification_time: 'lastModifiedDate',
	last_attached_alert_time: 'last_alert_time',
};

/** Names under which a service may send its times. */
export const RESPONSE_FORMATS: Readonly<Record<string, Scenario['responseFormat']>> = {
	documented: (sent) => sent,
	underOtherNames: (sent) =>
		Object.fromEntries(
			Object.entries(sent).map(([name, value]) => [OTHER_NAMES[name] ?? name, value]),
		),
};

/** The settings of a trigger, with the defaults of the node. */
export function settingsWith(
	settings: Partial<TriggerSettings> & { event: EventName },
): TriggerSettings {
	return {
		payload: {},
		lookBackHours: 0,
		ignoreOlderThanHours: 0,
		onlyCreatedWithinDays: 0,
		processId: 'process-0',
		...settings,
	};
}

/** A trigger that polls a scenario, and keeps its state as n8n does. */
export class Trigger {
	/** What n8n has in memory. */
	state: TriggerState | undefined;
	/** What n8n has in its database: the state after the first poll, and after each that emitted. */
	saved: TriggerState | undefined;
	readonly emitted: CaseEvent[] = [];
	/** The largest state so far, in bytes of JSON. */
	largestState = 0;
	/** How far the last poll lagged. */
	behindSeconds: number | undefined;
	/** How many polls were run. */
	polls = 0;
	/** What polls ran out of. */
	readonly shortages: FailureKind[] = [];
	private restarts = 0;
	readonly settings: TriggerSettings;

	constructor(
		readonly scenario: Scenario,
		settings: Partial<TriggerSettings> & { event: EventName },
	) {
		const complete = settingsWith(settings);
		const { event, payload } = complete;
		this.settings =
			event === 'caseEscalated'
				? { ...complete, payload: { ...payload, priorities: ['escalated'] } }
				: complete;
	}

	/** Polls once and returns the events. @throws what the poll throws; then the state stays as it was */
	async poll(): Promise<CaseEvent[]> {
		this.polls++;
		Trigger.allPolls++;
		const { scenario } = this;
		const now = () => Math.round((scenario.now + scenario.skew) * 1000);
		const onExhausted = ({ kind }: IntezerError) => this.shortages.push(kind);
		const budget = { now, deadline: now() + POLL_SECONDS * 1000, onExhausted };
		const before = this.state ?? emptyState('key', 0);
		scenario.deadline = scenario.now + POLL_SECONDS;
		const outcome = await findEvents(scenario, this.settings, before, budget).finally(() => {
			scenario.deadline = Infinity;
		});
		this.behindSeconds = outcome.behindSeconds;
		const text = JSON.stringify(outcome.state);
		this.largestState = Math.max(this.largestState, text.length);
		const isFirst = this.state === undefined;
		this.state = readState(JSON.parse(text));
		if (this.state === undefined) throw new Error(`a state that cannot be read back: ${text}`);
		if (isFirst || outcome.events.length > 0) this.saved = this.state;
		this.emitted.push(...outcome.events);
		return outcome.events;
	}

	/** n8n is killed and started again. */
	restart(): void {
		this.state = this.saved;
		this.settings.processId = `process-${++this.restarts}`;
	}

	/** Polls of all triggers, over all tests of a file. */
	static allPolls = 0;
}

/** The ids of the cases of events. */
export function ids(events: readonly CaseEvent[]): unknown[] {
	return events.map(({ found }) => found.case_id);
}

import fc from 'fast-check';
import { afterAll, expect, test } from '@jest/globals';

import { caseIdOf } from '../../../nodes/intezer/caseId.ts';
import { EVENTS, type EventName } from '../../../nodes/IntezerCases/polling/events.ts';
import type { CasePatch } from '../../../tools/simulator/caseStore.mts';
import { makeCase, SORT_FIELDS } from '../../../tools/simulator/simulatedCase.mts';
import { TIME_FORMATS } from '../../../tools/simulator/wire.mts';
import { runs } from '../../propertyRuns.mts';
import { RESPONSE_FORMATS, Scenario, Trigger } from './scenario.mts';

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

/** How late a change may appear, in seconds: in the search, and in a copy of the data. */
const MAX_LATE = 300;
/** The changes of a round happen within this many seconds. */
const ROUND_SECONDS = 120;
/** At the slowest, a round takes this many polls. */
const MAX_POLLS = 60;

const matching = { case_priority: 'escalated', assigned_account_id: 'me' } as const;
const notMatching = { case_priority: 'low', assigned_account_id: 'another' } as const;

/** How a deployment may differ from one that does nothing unusual. */
const deployments = fc.record({
	service: fc.record({
		timeFormat: fc.constantFrom(...TIME_FORMATS),
		responseFormat: fc.constantFrom(...Object.values(RESPONSE_FORMATS)),
		pageCap: fc.constantFrom(3, 7, Infinity),
	}),
	pace: fc.constantFrom(
		{ quota: Infinity, latency: 0 },
		{ quota: Infinity, latency: 8 },
		{ quota: 60, latency: 0.5 },
		{ quota: 15, latency: 0.1 },
	),
	clocks: fc.constantFrom(
		{},
		{ skew: 590 },
		{ skew: -590 },
		{ dateSkew: -300 },
		{ dateSkew: 600, skew: 60 },
		{ hasDate: false },
		{ hasDate: false, skew: -300 },
	),
	settings: fc.record({
		offsetWindow: fc.constantFrom(undefined, 10_000),
		countCap: fc.constantFrom(undefined, 10_000),
		refuseOffsetBeyondEnd: fc.boolean(),
		endRefusal: fc.constantFrom('400', '404'),
		ascending: fc.constantFrom([], SORT_FIELDS),
		shuffleTies: fc.boolean(),
		rangeStart: fc.constantFrom('inclusive', 'exclusive'),
		rangeEnd: fc.constantFrom('inclusive', 'exclusive'),
		orTimeRange: fc.constantFrom('alternative', 'always'),
		orExclusion: fc.constantFrom('alternative', 'always'),
		timeFraction: fc.constantFrom('none', 'shown', 'hidden'),
		numericCaseIds: fc.boolean(),
		copyLags: fc.constantFrom([], [0, 75], [200, 0, 300]),
		copyOrder: fc.constantFrom('alternate', 'random'),
	}),
	limits: fc.record({
		limit: fc.constantFrom(
			{},
			{ maxExcludedIds: 0 },
			{ maxExcludedIds: 3 },
			{ maxListLength: 2 },
			{ maxBodyBytes: 330 },
		),
		longRefusal: fc.constantFrom(
			'400',
			'403',
			'404',
			'413',
			'414',
			'422',
			'431',
			'redirect',
			'html',
		),
	}),
	pollSeconds: fc.constantFrom(60, 60, 150),
	filter: fc.constantFrom({ priorities: ['escalated'] }, { assigned_account_ids: ['me'] }),
});

type Deployment = typeof deployments extends fc.Arbitrary<infer T> ? T : never;

/** Rounds of changes; each case changes once in a round at most. */
const rounds = fc.array(
	fc.array(
		fc.record({
			what: fc.constantFrom('create', 'edit', 'attach', 'rise', 'fall'),
			who: fc.nat({ max: 9 }),
			at: fc.nat({ max: ROUND_SECONDS * 8 }).map((eighths) => eighths / 8),
			late: fc.constantFrom(0, 0, 0.4, 1),
		}),
		{ minLength: 1, maxLength: 12 },
	),
	{ minLength: 1, maxLength: 3 },
);

type Change = (typeof rounds extends fc.Arbitrary<infer T> ? T : never)[number][number];

/** Changes a service's cases, and knows which events that makes. */
class Service {
	readonly scenario: Scenario;
	/** How many events of each case are expected. */
	readonly expected = new Map<string, number>();
	private readonly maxLate: number;
	private readonly matchingIds = new Set<string>();
	private readonly ids: string[] = [];
	private changes = 0;

	constructor(
		{ service, pace, clocks, settings, limits }: Deployment,
		private readonly event: EventName,
		seed: number,
	) {
		this.scenario = Object.assign(new Scenario(seed), service, pace, clocks);
		const { limit, longRefusal } = limits;
		Object.assign(this.scenario.cases.settings, settings, limit, { longRefusal });
		this.maxLate = MAX_LATE - Math.max(0, ...settings.copyLags);
		for (let index = 0; index < 6; index++) {
			this.scenario.now += 1;
			this.create(index % 2 === 0, this.scenario.now);
		}
		this.expected.clear();
		this.scenario.advance(5_000);
	}

	change(round: readonly Change[]): void {
		const changed = new Set<string>();
		const startedAt = this.scenario.now;
		for (const { what, who, at, late } of round.toSorted((a, b) => a.at - b.at)) {
			this.scenario.advance(startedAt + at - this.scenario.now);
			const shownAt = this.scenario.now + late * this.maxLate;
			const id = this.ids[who % this.ids.length] ?? '';
			if (what === 'create') changed.add(this.create(who % 2 === 0, shownAt));
			else if (!changed.has(id)) this.update(id, what, shownAt);
			changed.add(id);
		}
	}

	private create(matches: boolean, shownAt: number): string {
		const { scenario } = this;
		const id = `${1_000 + this.ids.length}`;
		const made = makeCase(
			{ case_id: id, alerts: [], alerts_count: 1, ...(matches ? matching : notMatching) },
			this.stamp(),
		);
		this.ids.push(id);
		if (matches) this.matchingIds.add(id);
		if (matches || !this.isMatchingEvent()) this.expect(id);
		scenario.schedule(shownAt, () => scenario.cases.addComplete(made));
		scenario.advance(0);
		return id;
	}

	private update(id: string, what: Change['what'], shownAt: number): void {
		const { scenario } = this;
		const modification_time = this.stamp();
		let patch: CasePatch = { modification_time, case_title: `change ${++this.changes}` };
		const matches = this.matchingIds.has(id);
		if (what === 'attach') {
			patch = { ...patch, last_attached_alert_time: modification_time };
			if (this.event === 'alertAttached') this.expect(id);
		} else if (what === 'rise' && !matches) {
			patch = { ...patch, ...matching };
			this.matchingIds.add(id);
			if (this.isMatchingEvent()) this.expect(id);
		} else if (what === 'fall' && matches) {
			patch = { ...patch, ...notMatching };
			this.matchingIds.delete(id);
		}
		if (this.event === 'caseUpdated') this.expect(id);
		scenario.schedule(shownAt, () => {
			const { alerts_count = 0 } = scenario.cases.get(id) ?? {};
			const count = what === 'attach' ? alerts_count + 1 : alerts_count;
			scenario.cases.update(id, { ...patch, alerts_count: count });
		});
		scenario.advance(0);
	}

	private stamp(): number {
		const { now, cases } = this.scenario;
		return cases.settings.timeFraction === 'none' ? Math.floor(now) : now;
	}

	private isMatchingEvent(): boolean {
		return this.event === 'caseEscalated' || this.event === 'caseMatched';
	}

	private expect(id: string): void {
		this.expected.set(id, (this.expected.get(id) ?? 0) + 1);
	}
}

/** Polls until every copy shows every change, and a poll has read all of them. */
async function pollUntilRead(trigger: Trigger, pollSeconds: number): Promise<void> {
	const { scenario } = trigger;
	const isShownAt = scenario.now + ROUND_SECONDS + MAX_LATE;
	for (let polls = 0, isRead = false; !isRead || scenario.now < isShownAt + 60; polls++) {
		expect(polls).toBeLessThan(MAX_POLLS);
		const startedAt = scenario.now;
		// A request may be refused because the last poll has used up the quota.
		await trigger.poll().catch((error: unknown) => {
			expect(error).toMatchObject({ kind: 'rateLimited' });
		});
		const { state } = trigger;
		isRead =
			startedAt > isShownAt &&
			state?.part === undefined &&
			state?.tailOffset === undefined &&
			state?.unreadBaseline === undefined;
		scenario.advance(pollSeconds - (scenario.now - startedAt));
	}
}

test.each(EVENTS)(
	'%s: every event comes exactly once, however the service behaves',
	async (event) => {
		await fc.assert(
			fc.asyncProperty(
				deployments,
				rounds,
				fc.nat({ max: 1_000 }),
				async (given, changes, seed) => {
					const service = new Service(given, event, seed);
					const payload = event === 'caseMatched' ? given.filter : {};
					const trigger = new Trigger(service.scenario, { event, payload });
					await pollUntilRead(trigger, given.pollSeconds);
					for (const round of changes) {
						service.change(round);
						await pollUntilRead(trigger, given.pollSeconds);
					}
					const emitted = new Map<string, number>();
					for (const { found } of trigger.emitted) {
						const id = caseIdOf(found) ?? '';
						emitted.set(id, (emitted.get(id) ?? 0) + 1);
					}
					// Without times, an older state of another copy can't be told from a change.
					if (given.service.timeFormat === 'none' && given.settings.copyLags.length > 0) {
						for (const [id, count] of service.expected)
							expect(emitted.get(id)).toBeGreaterThanOrEqual(count);
					} else {
						expect(emitted).toEqual(service.expected);
					}
				},
			),
			{ numRuns: runs(40) },
		);
	},
);

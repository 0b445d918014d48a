import fc from 'fast-check';

import type { CasePatch } from '../../../tools/simulator/caseStore.mts';
import {
	makeCase,
	type CasePriority,
	type CaseStatus,
} from '../../../tools/simulator/simulatedCase.mts';
import type { World } from './scenario.mts';

/** Something that happens to the history, or to n8n. */
export interface Step {
	what:
		| 'create'
		| 'createEscalated'
		| 'edit'
		| 'escalate'
		| 'lower'
		| 'close'
		| 'reopen'
		| 'attach'
		| 'delete'
		| 'poll'
		| 'failingPoll'
		| 'restart';
	/** Seconds that pass before it. */
	wait: number;
	/** Which of the cases. */
	who: number;
	/** Seconds until the search shows it. */
	late: number;
}

const oneOf = <T extends Step['what']>(...what: T[]) => fc.constantFrom(...what);

/** A history of changes, with polls among them. */
export const steps = fc.array(
	fc.record({
		what: fc.oneof(
			{ weight: 5, arbitrary: oneOf('poll') },
			{ weight: 1, arbitrary: oneOf('failingPoll', 'restart') },
			{ weight: 2, arbitrary: oneOf('create', 'createEscalated', 'edit', 'attach') },
			{ weight: 3, arbitrary: oneOf('escalate', 'lower', 'close', 'reopen') },
			{ weight: 1, arbitrary: oneOf('delete') },
		),
		wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 }), fc.constant(90)),
		who: fc.nat({ max: 30 }),
		late: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 })),
	}),
	{ minLength: 20, maxLength: 70 },
);

/** Lets the steps happen to a world: what the search shows later is scheduled. */
export class History {
	private readonly known: string[];
	private readonly shownAt = new Map<string, number>();
	private made = 0;

	constructor(private readonly world: World) {
		this.known = world.cases.all.map(({ case_id }) => case_id);
	}

	change({ what, who, late }: Step): void {
		const now = this.world.now;
		switch (what) {
			case 'create':
			case 'createEscalated': {
				const priority = what === 'create' ? 'medium' : 'escalated';
				const created = makeCase({ case_id: this.newId(), case_priority: priority }, now);
				this.known.push(created.case_id);
				this.show(created.case_id, now, late, () => this.world.cases.add(created));
				return;
			}
			case 'edit':
				this.update(who, late, { case_title: `edited ${++this.made}` });
				return;
			case 'escalate':
				this.setPriority(who, late, 'escalated');
				return;
			case 'lower':
				this.setPriority(who, late, 'low');
				return;
			case 'close':
				this.setStatus(who, late, 'closed');
				return;
			case 'reopen':
				this.setStatus(who, late, 'new');
				return;
			case 'attach': {
				const id = this.pick(who);
				this.show(id, now, late, () => {
					const before = this.world.cases.get(id);
					if (before === undefined) return;
					this.world.cases.update(id, {
						alerts_count: before.alerts_count + 1,
						last_attached_alert_time: now,
						modification_time: now,
					});
				});
				return;
			}
			case 'delete': {
				const id = this.pick(who);
				if (this.world.cases.get(id) !== undefined) this.world.cases.remove(id);
				return;
			}
			default:
				return;
		}
	}

	private setPriority(who: number, late: number, case_priority: CasePriority): void {
		this.update(who, late, { case_priority });
	}

	private setStatus(who: number, late: number, case_status: CaseStatus): void {
		this.update(who, late, { case_status });
	}

	private update(who: number, late: number, patch: CasePatch): void {
		const id = this.pick(who);
		const now = this.world.now;
		this.show(id, now, late, () => {
			if (this.world.cases.get(id) === undefined) return;
			this.world.cases.update(id, { ...patch, modification_time: now });
		});
	}

	/** The changes of one case show in their order. */
	private show(id: string, now: number, late: number, happen: () => void): void {
		const at = Math.max(now + late, this.shownAt.get(id) ?? 0);
		this.shownAt.set(id, at);
		this.world.schedule(at, happen);
		this.world.advance(0);
	}

	private pick(who: number): string {
		return this.known[who % this.known.length] ?? '';
	}

	private newId(): string {
		return `case-${++this.made}`;
	}
}

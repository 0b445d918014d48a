import fc from 'fast-check';

import type { CasePatch } from '../../../tools/simulator/caseStore.mts';
import {
	makeCase,
	type CasePriority,
	type CaseStatus,
	type CaseTriage,
	type SimulatedCase,
} from '../../../tools/simulator/simulatedCase.mts';
import type { Scenario } from './scenario.mts';

/** A change of a case in the service, a poll, or something that happens to n8n. */
export interface Step {
	what:
		| 'create'
		| 'createEscalated'
		| 'edit'
		| 'editDetail'
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

/** Random changes, with polls among them. */
export const anySteps = fc.array(
	fc.record({
		what: fc.oneof(
			{ weight: 5, arbitrary: oneOf('poll') },
			{ weight: 1, arbitrary: oneOf('failingPoll', 'restart') },
			{ weight: 2, arbitrary: oneOf('create', 'createEscalated', 'edit', 'attach') },
			{ weight: 2, arbitrary: oneOf('editDetail') },
			{ weight: 3, arbitrary: oneOf('escalate', 'lower', 'close', 'reopen') },
			{ weight: 1, arbitrary: oneOf('delete') },
		),
		wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 }), fc.constant(90)),
		who: fc.nat({ max: 30 }),
		late: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 })),
	}),
	{ minLength: 20, maxLength: 70 },
);

/** Changes of the remaining documented fields, each to a value that the case never had. */
const DETAILS: ReadonlyArray<(value: string, before: SimulatedCase) => CasePatch> = [
	(value) => ({ case_tags: [value] }),
	(value) => ({ case_sources: [value] }),
	(value) => ({ analyst_verdict: value }),
	(value, { case_triage }) => ({ case_triage: { ...triageOf(case_triage), risk_category: value } }),
	(value, { case_triage }) => ({ case_triage: { ...triageOf(case_triage), case_verdict: value } }),
	(value, { case_triage }) => ({
		case_triage: { ...triageOf(case_triage), response_status: value },
	}),
];

function triageOf(triage: CaseTriage | null): CaseTriage {
	return triage ?? { risk_category: '', case_verdict: '', response_status: '' };
}

/** Applies changes to a scenario, each when the search is to show it. */
export class ChangeLog {
	private readonly caseIds: string[];
	private readonly shownAt = new Map<string, number>();
	private lastNumber = 0;
	/** How many details were changed; each run starts with another field. */
	private details: number;

	constructor(
		private readonly scenario: Scenario,
		firstDetail = 0,
	) {
		this.caseIds = scenario.cases.all.map(({ case_id }) => case_id);
		this.details = firstDetail;
	}

	change({ what, who, late }: Step): void {
		const now = this.scenario.now;
		switch (what) {
			case 'create':
			case 'createEscalated': {
				const priority = what === 'create' ? 'medium' : 'escalated';
				const created = makeCase({ case_id: this.newId(), case_priority: priority }, now);
				this.caseIds.push(created.case_id);
				this.schedule(created.case_id, now, late, () => this.scenario.cases.add(created));
				return;
			}
			case 'edit': {
				const case_title = `edited ${++this.lastNumber}`;
				this.update(who, late, () => ({ case_title }));
				return;
			}
			case 'editDetail': {
				const number = ++this.lastNumber;
				const detail = DETAILS[this.details++ % DETAILS.length];
				this.update(who, late, (before) => detail?.(`value-${number}`, before) ?? {});
				return;
			}
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
				this.schedule(id, now, late, () => {
					const before = this.scenario.cases.get(id);
					if (before === undefined) return;
					this.scenario.cases.update(id, {
						alerts_count: before.alerts_count + 1,
						last_attached_alert_time: now,
						modification_time: now,
					});
				});
				return;
			}
			case 'delete': {
				const id = this.pick(who);
				if (this.scenario.cases.get(id) !== undefined) this.scenario.cases.remove(id);
				return;
			}
			default:
				return;
		}
	}

	private setPriority(who: number, late: number, case_priority: CasePriority): void {
		this.update(who, late, () => ({ case_priority }));
	}

	private setStatus(who: number, late: number, case_status: CaseStatus): void {
		this.update(who, late, () => ({ case_status }));
	}

	private update(who: number, late: number, patchOf: (before: SimulatedCase) => CasePatch): void {
		const id = this.pick(who);
		const now = this.scenario.now;
		this.schedule(id, now, late, () => {
			const before = this.scenario.cases.get(id);
			if (before === undefined) return;
			this.scenario.cases.update(id, { ...patchOf(before), modification_time: now });
		});
	}

	/** The changes of one case appear in their order. */
	private schedule(id: string, now: number, late: number, apply: () => void): void {
		const at = Math.max(now + late, this.shownAt.get(id) ?? 0);
		this.shownAt.set(id, at);
		this.scenario.schedule(at, apply);
		this.scenario.advance(0);
	}

	private pick(who: number): string {
		return this.caseIds[who % this.caseIds.length] ?? '';
	}

	private newId(): string {
		return `case-${++this.lastNumber}`;
	}
}

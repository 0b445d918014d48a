import type { CaseStore } from './caseStore.mts';
import { timeOf } from './alertTime.mts';
import { compileAlertFilters, type AlertFilters } from './alertFilters.mts';
import {
	alertOfCase,
	makeAlert,
	type AlertSortField,
	type AlertTime,
	type StoredAlert,
} from './storedAlert.mts';

/** The body of `POST /alerts/search`. */
export interface AlertSearchBody extends AlertFilters {
	readonly offset?: number;
	readonly limit?: number;
	readonly sort_by?: readonly AlertSortField[];
	readonly sort_order?: 'asc' | 'desc';
}

export interface AlertSearchResult {
	readonly alerts_count: number;
	readonly alerts: readonly StoredAlert[];
}

/** The alerts of the simulated service: those of its cases, and others that were added. */
export class AlertStore {
	private readonly alerts = new Map<string, StoredAlert>();
	/**
	 * How long the triage took when a case last changed, by case. The alerts of cases are added when the first one is
	 * needed.
	 */
	private readonly changedCases = new Map<string, number>();

	constructor(private readonly cases: CaseStore) {
		cases.onChange(({ caseId }) => this.changedCases.set(caseId, cases.settings.triageSeconds));
	}

	/** Every alert, in order of arrival. */
	get all(): readonly StoredAlert[] {
		this.addThoseOfCases();
		return [...this.alerts.values()];
	}

	/** Adds an alert. Missing fields get default values. */
	add(given: Partial<StoredAlert> = {}): StoredAlert {
		const { options, settings } = this.cases;
		const alert = makeAlert(given, Math.floor(options.now()), settings.triageSeconds);
		if (this.alerts.has(keyOf(alert)))
			throw new Error(`There is already an alert ${keyOf(alert)}.`);
		this.alerts.set(keyOf(alert), alert);
		return alert;
	}

	/** Updates an alert. Its update time becomes the current time, unless the patch sets it. */
	update(alert: StoredAlert, patch: Partial<StoredAlert>): StoredAlert {
		const { alert_id, environment } = alert;
		const now = Math.floor(this.cases.options.now());
		const next = { ...alert, alert_update_time: now, ...patch, alert_id, environment };
		this.alerts.set(keyOf(alert), next);
		return next;
	}

	remove(alert: StoredAlert): void {
		this.alerts.delete(keyOf(alert));
	}

	/** The alerts with an id, one for each environment. */
	withId(alertId: string, environment?: string): StoredAlert[] {
		return this.all.filter(
			(each) =>
				each.alert_id === alertId &&
				(environment === undefined || each.environment === environment),
		);
	}

	/** One page of a search. Sorted by creation time, the newest first, unless the body says otherwise. */
	search(body: AlertSearchBody): AlertSearchResult {
		const { offset = 0, limit = 100, sort_by = ['CREATION_TIME'], sort_order = 'desc' } = body;
		const matches = compileAlertFilters(body);
		const direction = sort_order === 'asc' ? 1 : -1;
		const fields = sort_by.map((field) => field.toLowerCase() as AlertTime);
		const found = this.all
			.filter(matches)
			.map((alert, index) => ({ alert, index }))
			.sort((a, b) => {
				for (const field of fields) {
					const order = timeOf(a.alert, field) - timeOf(b.alert, field);
					if (order !== 0) return order * direction;
				}
				return (a.index - b.index) * direction;
			})
			.map(({ alert }) => alert);
		return { alerts_count: found.length, alerts: found.slice(offset, offset + limit) };
	}

	private addThoseOfCases(): void {
		for (const [caseId, triageSeconds] of this.changedCases) {
			const found = this.cases.get(caseId);
			for (const alert of found?.alerts ?? []) {
				if (found === undefined) continue;
				const made = alertOfCase(found, alert, triageSeconds);
				if (!this.alerts.has(keyOf(made))) this.alerts.set(keyOf(made), made);
			}
		}
		this.changedCases.clear();
	}
}

function keyOf({ alert_id, environment }: StoredAlert): string {
	return JSON.stringify([alert_id, environment]);
}

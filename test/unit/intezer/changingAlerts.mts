import { setImmediate as nextTurn } from 'node:timers/promises';

import type { AlertLookup } from '../../../nodes/intezer/alertLookup.ts';
import { refusal } from '../../../nodes/intezer/http/errors.ts';
import type { AlertSearcher } from '../../../nodes/intezer/search/alertSearchTarget.ts';
import type { EntryPage } from '../../../nodes/intezer/search/searchTarget.ts';
import type { Alert } from '../../../nodes/intezer/types.ts';
import { AlertStore, type AlertSearchBody } from '../../../tools/simulator/alertStore.mts';
import { CaseStore } from '../../../tools/simulator/caseStore.mts';
import { between, pick, seededRandom, type Random } from '../../../tools/simulator/random.mts';
import { triageOf, type StoredAlert } from '../../../tools/simulator/storedAlert.mts';

export interface AlertScenario {
	seed: number;
	/** How many alerts there are at first. */
	size: number;
	/** How many different ids they have: the fewer ids, the more alerts share one. */
	ids: number;
	environments: number;
	/** The maximum number of changes before each response. */
	changes: number;
	maxConcurrency: number;
	/** At most this many alerts per page. */
	pageCap: number | undefined;
	/** How many different seconds the first alerts were created in. */
	seconds: number;
	/** A search whose `offset + limit` is larger is refused. */
	window: number | undefined;
	/** A search that excludes more ids is refused. */
	mostExcluded: number | undefined;
	/** The service does not look up ids. */
	refusesLookups: boolean;
	/** One in this many alerts has no environment in a response. */
	withoutEnvironmentEvery: number;
}

const START = 1_760_000_000;
export const VERDICTS = ['confirmed_threat', 'false_positive', 'inconclusive'];

const identityOf = ({ alert_id, environment }: { alert_id: string; environment: string }) =>
	`${alert_id} ${environment}`;

/**
 * A service whose alerts change before each response. An id may be in several environments, and may appear in another one
 * at any time. It records what each response could have contained.
 */
export class ChangingAlerts implements AlertSearcher {
	/** The alerts that matched the user's search at every response so far, by identity. */
	throughout: Set<string> | undefined;
	/** Those that matched it at one response or more. */
	readonly ever = new Set<string>();
	requests = 0;
	lookups = 0;
	private readonly store: AlertStore;
	private readonly random: Random;
	private now = START;

	constructor(
		private readonly scenario: AlertScenario,
		private readonly userFilters: AlertSearchBody,
	) {
		this.random = seededRandom(scenario.seed);
		const cases = new CaseStore({
			now: () => this.now,
			caseUrl: (id) => id,
			random: this.random,
		});
		this.store = new AlertStore(cases);
		for (let index = 0; index < scenario.size; index++) {
			this.create(START - between(this.random, 1, scenario.seconds));
		}
	}

	/** The alerts that match the user's search now, in the service's order. */
	get matching(): string[] {
		return this.store.search({ ...this.userFilters, limit: Infinity }).alerts.map(identityOf);
	}

	async searchPage(filters: AlertSearchBody, offset: number, limit: number): Promise<EntryPage> {
		await this.respond();
		const { pageCap = Infinity, window = Infinity, mostExcluded = Infinity } = this.scenario;
		const excluded = filters.exclude_alert_ids?.length ?? 0;
		if (excluded > mostExcluded) throw refusal(413, {}, 'noAlertCall');
		if (offset + limit > window) throw refusal(400, {}, 'noAlertCall');
		const size = Math.min(limit, pageCap);
		const { alerts_count, alerts } = this.store.search({ ...filters, offset, limit: size });
		const page = { entries: alerts.map((each) => this.sent(each)), count: alerts_count };
		return { ...page, serverTime: this.now };
	}

	async getByIds({ ids, isWanted = () => true }: AlertLookup): Promise<Alert[]> {
		await this.respond();
		this.lookups++;
		if (this.scenario.refusesLookups) throw refusal(404, {}, 'noAlertCall');
		const wanted = new Set(ids);
		return this.store.all
			.filter(({ alert_id }) => wanted.has(alert_id))
			.map((each) => this.sent(each))
			.filter(isWanted);
	}

	/** Changes the alerts, and records which of them match. Responses to parallel requests come in any order. */
	private async respond(): Promise<void> {
		this.requests++;
		for (let turn = between(this.random, 0, 3); turn >= 0; turn--) await nextTurn();
		const changes = between(this.random, 0, this.scenario.changes);
		for (let done = 0; done < changes; done++) this.change();
		const matching = new Set(this.matching);
		this.throughout ??= new Set(matching);
		for (const each of this.throughout) if (!matching.has(each)) this.throughout.delete(each);
		for (const each of matching) this.ever.add(each);
	}

	private change(): void {
		this.now += between(this.random, 0, 2);
		const { all } = this.store;
		const kind = all.length === 0 ? 0 : between(this.random, 0, 3);
		if (kind === 0) {
			this.create(this.now);
			return;
		}
		const chosen = pick(this.random, all);
		if (kind === 1) this.store.remove(chosen);
		else this.store.update(chosen, { triage_result: this.triage(), triage_time: this.now });
	}

	private create(creation_time: number): void {
		const alert_id = `alert-${between(this.random, 1, this.scenario.ids)}`;
		const environment = `environment-${between(this.random, 1, this.scenario.environments)}`;
		if (this.store.withId(alert_id, environment).length > 0) return;
		this.store.add({ alert_id, environment, creation_time, triage_result: this.triage() });
	}

	private triage(): StoredAlert['triage_result'] {
		return triageOf(pick(this.random, VERDICTS), 'malware');
	}

	private sent(alert: StoredAlert): Alert {
		const { alert_id, environment, triage_result, creation_time } = alert;
		const number = Number(alert_id.slice('alert-'.length));
		const isShown = number % this.scenario.withoutEnvironmentEvery !== 0;
		return {
			alert_id,
			...(isShown ? { environment } : {}),
			triage_result,
			creation_time,
			identity: identityOf(alert),
		};
	}
}

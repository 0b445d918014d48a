import type { SimulatedAccount } from './accounts.mts';
import { AlertStore } from './alertStore.mts';
import { CaseStore } from './caseStore.mts';
import { LaggingCopies } from './laggingCopies.mts';
import { FaultPlan } from './faults.mts';
import { seededRandom, type Random } from './random.mts';
import { Growth } from './growth.mts';
import type { SubmittedMail } from './mailForm.mts';
import { RawAlertHost } from './rawAlertHost.mts';
import { Recorder, type RecordedRequest } from './recorder.mts';
import { RequestQuota } from './requestQuota.mts';
import type { Settings } from './settings.mts';
import { TokenIssuer } from './tokens.mts';

/**
 * Called before the response to an API request, which waits for it. `count` is 1 for the first request after the hook
 * was set.
 */
export type AnswerHook = (request: RecordedRequest, count: number) => void | Promise<void>;

/** What the routes share: cases, alerts, settings, faults and recorded requests. */
export class Service {
	url = '';

	/** Unix seconds. */
	readonly now: () => number;
	readonly settings: Settings;
	readonly random: Random;
	readonly cases: CaseStore;
	readonly alerts: AlertStore;
	/** The mails that were submitted. */
	readonly mails: SubmittedMail[] = [];
	readonly rawAlerts = new RawAlertHost();
	readonly copies: LaggingCopies;
	readonly growth: Growth;
	/** The account of the key comes first. */
	readonly accounts: SimulatedAccount[] = [];
	readonly requestQuota = new RequestQuota();
	readonly exchangeQuota = new RequestQuota();
	readonly tokens: TokenIssuer;
	readonly faults = new FaultPlan();
	readonly recorder = new Recorder();
	readonly closing = new AbortController();

	private hook: AnswerHook | undefined;
	private hookCalls = 0;

	constructor(
		readonly apiKey: string,
		options: {
			readonly apiKeys: readonly string[];
			readonly tokenLifetimeSeconds: number;
			readonly seed: number;
			/** Unix seconds. */
			readonly now: () => number;
			readonly settings: Settings;
		},
	) {
		this.now = options.now;
		this.settings = options.settings;
		this.random = seededRandom(options.seed);
		this.tokens = new TokenIssuer(options.apiKeys, options.tokenLifetimeSeconds, options.now);
		this.cases = new CaseStore({
			now: options.now,
			caseUrl: (caseId) => `${this.url}/cases/${encodeURIComponent(caseId)}`,
			random: this.random,
			settings: options.settings,
		});
		this.alerts = new AlertStore(this.cases);
		this.copies = new LaggingCopies(this.cases);
		this.growth = new Growth(this.cases);
	}

	beforeAnswer(hook: AnswerHook | undefined): void {
		this.hook = hook;
		this.hookCalls = 0;
	}

	/** The store that answers the next request. */
	nextCopy(): CaseStore {
		this.growth.catchUp();
		return this.copies.next();
	}

	/** Waits for the hook before the response to a request. */
	async callHook(request: RecordedRequest): Promise<void> {
		await this.hook?.(request, ++this.hookCalls);
	}
}

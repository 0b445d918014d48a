import { CaseStore } from './caseStore.mts';
import { FaultPlan, type Fault } from './faults.mts';
import { seededRandom } from './random.mts';
import { Recorder, type RecordedRequest } from './recorder.mts';
import { TokenIssuer } from './tokens.mts';
import type { TimeFormat } from './wire.mts';

/** Called before the response to an API request; `count` is 1 for the first request after the hook was set. */
export type AnswerHook = (request: RecordedRequest, count: number) => void;

/** What the routes share: cases, settings, faults and recorded requests. */
export class Service {
	url = '';
	latencyMs = 0;
	pageCap: number | undefined;
	maxExcludedIds: number | undefined;
	timeFormat: TimeFormat = 'seconds';

	/** Unix seconds. */
	readonly now: () => number;
	readonly cases: CaseStore;
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
		},
	) {
		this.now = options.now;
		this.tokens = new TokenIssuer(options.apiKeys, options.tokenLifetimeSeconds, options.now);
		this.cases = new CaseStore({
			now: options.now,
			caseUrl: (caseId) => `${this.url}/cases/${encodeURIComponent(caseId)}`,
			random: seededRandom(options.seed),
		});
	}

	get requests(): readonly RecordedRequest[] {
		return this.recorder.requests;
	}

	get inFlight(): { now: number; peak: number } {
		return this.recorder.inFlight;
	}

	get tokensGiven(): readonly string[] {
		return this.tokens.issued;
	}

	forgetRequests(): void {
		this.recorder.forget();
	}

	revokeTokens(): void {
		this.tokens.revokeAll();
	}

	fail(fault: Fault): void {
		this.faults.add(fault);
	}

	clearFaults(): void {
		this.faults.clear();
	}

	beforeAnswer(hook: AnswerHook | undefined): void {
		this.hook = hook;
		this.hookCalls = 0;
	}

	/** Calls the hook before the response to a request. */
	callHook(request: RecordedRequest): void {
		this.hook?.(request, ++this.hookCalls);
	}
}

import { AjvCompiler } from '@fastify/ajv-compiler';
import { fastify, type FastifyInstance } from 'fastify';
import { accountsWithIds, ownAccount, type SimulatedAccount } from './accounts.mts';
import { registerApi } from './api.mts';
import { casePage, noCasePage } from './casePage.mts';
import type { AlertStore } from './alertStore.mts';
import type { CaseStore } from './caseStore.mts';
import { CONTROL_ROOT, registerControl } from './control.mts';
import type { Fault } from './faults.mts';
import type { SubmittedMail } from './mailForm.mts';
import type { RecordedRequest } from './recorder.mts';
import { seedCases } from './seed.mts';
import { inShapeOf } from './seedShape.mts';
import { Service, type AnswerHook } from './service.mts';
import { defaultSettings, type Settings } from './settings.mts';
import type { SimulatedCase } from './simulatedCase.mts';

export type { SimulatedAccount } from './accounts.mts';
export type { CaseStore, SearchBody } from './caseStore.mts';
export type { Fault } from './faults.mts';
export type { SearchPayload } from './filters.mts';
export type { RecordedRequest } from './recorder.mts';
export { defaultSettings, type Settings } from './settings.mts';
export * from './simulatedCase.mts';
export { TIME_FORMATS } from './timeFormats.mts';

/** A value in the form of a key that is obviously not a real one. */
export const DEMO_API_KEY = '00000000-0000-4000-8000-00000000de30';

/** The port of `npm run simulator` and `npm start`, unless another one is chosen. */
export const DEFAULT_PORT = 8899;

const DEFAULT_CASES = 300;
const DEFAULT_SEED = 20_250;
// A list of every id of 200,000 cases is about 8 MB.
const LARGEST_BODY = 64 * 1024 * 1024;
/** The compiled schemas of every simulator in this process: compiling them takes most of the time of a start. */
const buildValidator = AjvCompiler();

export interface SimulatorOptions {
	/** On 127.0.0.1. Default 0: any free port. */
	port?: number;
	/** Default: the demo key. */
	apiKeys?: readonly string[];
	/** Default 3600. */
	tokenLifetimeSeconds?: number;
	/** The cases, or the number of cases to generate; default 300. */
	cases?: readonly SimulatedCase[] | number;
	/** The same seed gives the same cases, with times relative to `now`. */
	seed?: number;
	/** Unix seconds; default the real clock. */
	now?: () => number;
	/** Default: {@link defaultSettings}. Generated cases get ids and times in their form. */
	settings?: Partial<Settings>;
}

/** A running simulator. Its settings may change at any time, except the form of cases that exist already. */
export interface Simulator extends Settings {
	/** `http://127.0.0.1:PORT`, without `/api/v2-0`. */
	readonly url: string;
	/** The first valid key. */
	readonly apiKey: string;
	readonly cases: CaseStore;
	/** The alerts of the cases, and others that were added. */
	readonly alerts: AlertStore;
	/** The mails that were submitted. */
	readonly mails: SubmittedMail[];
	/** All requests in order of arrival, except those that control the simulator. */
	readonly requests: readonly RecordedRequest[];
	/** The requests to the host of the raw alerts. */
	readonly rawAlertRequests: readonly RecordedRequest[];
	/** The address of that host, without a path. */
	readonly rawAlertUrl: string;
	forgetRequests(): void;
	/** Every token issued, in order. */
	readonly tokensGiven: readonly string[];
	/** What `GET /accounts` lists; the account of the key comes first. */
	readonly accounts: SimulatedAccount[];
	/** API requests without a response yet. */
	readonly inFlight: { now: number; peak: number };
	/** Every token issued so far gets 401. */
	revokeTokens(): void;
	fail(fault: Fault): void;
	clearFaults(): void;
	/** Sets a hook that runs before each API response, to change cases between two requests. */
	beforeAnswer(hook: AnswerHook | undefined): void;
	close(): Promise<void>;
}

/** Starts a simulated Intezer on 127.0.0.1. It runs until `close()`. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const apiKeys = options.apiKeys ?? [DEMO_API_KEY];
	const [apiKey] = apiKeys;
	if (apiKey === undefined) throw new Error('The simulator needs at least one API key.');
	const seed = options.seed ?? DEFAULT_SEED;
	const now = options.now ?? (() => Date.now() / 1000);
	const tokenLifetimeSeconds = options.tokenLifetimeSeconds ?? 3600;
	const settings = { ...defaultSettings(), ...options.settings };
	const service = new Service(apiKey, { apiKeys, tokenLifetimeSeconds, seed, now, settings });
	const app = await assemble(service);
	service.url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
	await service.rawAlerts.start();

	// The cases' links contain the address, which is known only now.
	const cases = options.cases ?? DEFAULT_CASES;
	const initialCases =
		typeof cases === 'number'
			? inShapeOf(settings, seedCases(cases, { seed, now: now() }), seed)
			: cases;
	for (const each of initialCases) service.cases.addComplete(each);
	const assigned = initialCases.map((each) => each.assigned_account_id ?? []).flat();
	service.accounts.push(ownAccount(now()), ...accountsWithIds(assigned, now()));
	return handleOf(service, app);
}

/** The settings themselves, with everything else that a test observes and controls. */
function handleOf(service: Service, app: FastifyInstance): Simulator {
	const { recorder, faults, tokens } = service;
	return Object.assign(service.settings, {
		url: service.url,
		apiKey: service.apiKey,
		cases: service.cases,
		alerts: service.alerts,
		mails: service.mails,
		rawAlertRequests: service.rawAlerts.recorder.requests,
		rawAlertUrl: service.rawAlerts.url,
		accounts: service.accounts,
		requests: recorder.requests,
		inFlight: recorder.inFlight,
		tokensGiven: tokens.issued,
		forgetRequests: () => {
			recorder.forget();
			service.rawAlerts.recorder.forget();
		},
		revokeTokens: () => {
			tokens.revokeAll();
		},
		fail: (fault: Fault) => {
			faults.add(fault);
		},
		clearFaults: () => {
			faults.clear();
		},
		beforeAnswer: (hook: AnswerHook | undefined) => {
			service.beforeAnswer(hook);
		},
		close: async () => {
			service.closing.abort();
			await Promise.all([app.close(), service.rawAlerts.close()]);
		},
	});
}

async function assemble(service: Service): Promise<FastifyInstance> {
	const app = fastify({
		bodyLimit: LARGEST_BODY,
		exposeHeadRoutes: false,
		forceCloseConnections: true,
		routerOptions: { maxParamLength: 1000 },
		// A path that cannot be decoded reaches neither a route nor the hooks.
		frameworkErrors: (error, request, reply) => {
			service.recorder.record(request);
			service.recorder.recordOf(request).status = 400;
			reply.hijack();
			reply.raw.writeHead(400, { 'content-type': 'application/json' });
			reply.raw.end(JSON.stringify({ error: error.message }));
		},
		schemaController: { compilersFactory: { buildValidator } },
		// As strict as the service: no value is coerced, removed or added to make a body valid.
		ajv: {
			customOptions: {
				allErrors: true,
				coerceTypes: false,
				removeAdditional: false,
				useDefaults: false,
			},
		},
	});

	// The service reads the body of a GET for alerts.
	app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
	app.addHook('onRequest', (request, _reply, done) => {
		if (!request.url.startsWith(CONTROL_ROOT)) service.recorder.record(request);
		done();
	});
	app.setNotFoundHandler((request, reply) => {
		if (!request.url.startsWith(CONTROL_ROOT)) {
			service.recorder.recordOf(request).status = 404;
		}
		return reply.code(404).send({ error: 'Not found' });
	});

	app.get<{ Params: { caseId: string } }>('/cases/:caseId', (request, reply) => {
		const shown = service.cases.get(request.params.caseId);
		const status = shown === undefined ? 404 : 200;
		service.recorder.recordOf(request).status = status;
		return reply
			.code(status)
			.type('text/html; charset=utf-8')
			.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
			.send(shown === undefined ? noCasePage() : casePage(shown));
	});
	await app.register(
		(api, _options, done) => {
			registerApi(api, service);
			done();
		},
		{ prefix: '/api' },
	);
	await app.register(
		(control, _options, done) => {
			registerControl(control, service);
			done();
		},
		{ prefix: CONTROL_ROOT },
	);
	return app;
}

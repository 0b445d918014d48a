import { fastify, type FastifyInstance } from 'fastify';
import { registerApi } from './api.mts';
import { casePage, noCasePage } from './casePage.mts';
import type { CaseStore } from './caseStore.mts';
import { CONTROL_ROOT, registerControl } from './control.mts';
import type { Fault } from './faults.mts';
import type { RecordedRequest } from './recorder.mts';
import { seedCases } from './seed.mts';
import { Service, type AnswerHook } from './service.mts';
import type { SimulatedCase } from './simulatedCase.mts';
import type { TimeFormat } from './wire.mts';

export type { CaseStore, SearchBody } from './caseStore.mts';
export type { Fault } from './faults.mts';
export type { SearchPayload } from './filters.mts';
export type { RecordedRequest } from './recorder.mts';
export * from './simulatedCase.mts';
export type { TimeFormat } from './wire.mts';

/** A value in the form of a key that is obviously not a real one. */
export const DEMO_API_KEY = '00000000-0000-4000-8000-00000000de30';

/** The port of `npm run simulator` and `npm start`, unless another one is chosen. */
export const DEFAULT_PORT = 8899;

const DEFAULT_CASES = 300;
const DEFAULT_SEED = 20_250;
// A list of every id of 200,000 cases is about 8 MB.
const LARGEST_BODY = 64 * 1024 * 1024;

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
}

export interface Simulator {
	/** `http://127.0.0.1:PORT`, without `/api/v2-0`. */
	readonly url: string;
	/** The first valid key. */
	readonly apiKey: string;
	readonly cases: CaseStore;
	/** All requests in order of arrival, except those that control the simulator. */
	readonly requests: readonly RecordedRequest[];
	forgetRequests(): void;
	/** Every token issued, in order. */
	readonly tokensGiven: readonly string[];
	/** Latency of API responses; the case page and the control routes have none. */
	latencyMs: number;
	/** Maximum number of cases per page, whatever `limit` is. */
	pageCap: number | undefined;
	/** A search with more `exclude_case_ids` gets 400. */
	maxExcludedIds: number | undefined;
	/** The format of the three times of a case. */
	timeFormat: TimeFormat;
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
	const service = new Service(apiKey, { apiKeys, tokenLifetimeSeconds, seed, now });
	const app = await assemble(service);
	service.url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });

	// The cases' links contain the address, which is known only now.
	const cases = options.cases ?? DEFAULT_CASES;
	const initialCases = typeof cases === 'number' ? seedCases(cases, { seed, now: now() }) : cases;
	for (const each of initialCases) service.cases.addComplete(each);

	return Object.assign(service, {
		close: async () => {
			service.closing.abort();
			await app.close();
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

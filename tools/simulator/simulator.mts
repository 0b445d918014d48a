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

/** An obvious demo value in the form of a key. */
export const DEMO_API_KEY = '00000000-0000-4000-8000-00000000de30';

/** Where people find it, unless they choose another port. */
export const DEFAULT_PORT = 8899;

const DEFAULT_CASES = 300;
const DEFAULT_SEED = 20_250;
// A list of every id of 200,000 cases is about 8 MB.
const LARGEST_BODY = 64 * 1024 * 1024;

export interface SimulatorOptions {
	/** Default 0: any free one; always on 127.0.0.1. */
	port?: number;
	/** Default: the demo key alone. */
	apiKeys?: readonly string[];
	/** Default 3600. */
	tokenLifetimeSeconds?: number;
	/** The cases themselves, or how many to seed; default 300. */
	cases?: readonly SimulatedCase[] | number;
	/** The same seed gives the same world, with times relative to `now`. */
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
	/** Everything asked, in order of arrival; control is not. */
	readonly requests: readonly RecordedRequest[];
	forgetRequests(): void;
	/** Every token that came out of an exchange, in order. */
	readonly tokensGiven: readonly string[];
	/** Every API answer comes so late; the case page and control do not. */
	latencyMs: number;
	/** At most so many cases a page, whatever `limit` says. */
	pageCap: number | undefined;
	/** A search with more `exclude_case_ids` is refused with 400. */
	maxExcludedIds: number | undefined;
	/** How the three times of a case are written. */
	timeFormat: TimeFormat;
	/** API requests that are not answered yet. */
	readonly inFlight: { now: number; peak: number };
	/** Every token given so far answers 401. */
	revokeTokens(): void;
	fail(fault: Fault): void;
	clearFaults(): void;
	/** Called before each API request is answered, to change the world between two requests. */
	beforeAnswer(hook: AnswerHook | undefined): void;
	close(): Promise<void>;
}

/** Starts a simulated Intezer on 127.0.0.1. It answers until `close()`. */
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

	// Only now is the address known that the cases' links begin with.
	const cases = options.cases ?? DEFAULT_CASES;
	const world = typeof cases === 'number' ? seedCases(cases, { seed, now: now() }) : cases;
	for (const each of world) service.cases.addComplete(each);

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
		// A path that cannot be decoded never gets to a route, nor to the hooks.
		frameworkErrors: (error, request, reply) => {
			service.recorder.record(request);
			service.recorder.recordOf(request).status = 400;
			reply.hijack();
			reply.raw.writeHead(400, { 'content-type': 'application/json' });
			reply.raw.end(JSON.stringify({ error: error.message }));
		},
		// Strict as the service: nothing is coerced, dropped or filled in to make a body pass.
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

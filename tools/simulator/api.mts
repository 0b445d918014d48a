import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import type { SearchBody } from './caseStore.mts';
import { sendFault, sendHalf } from './faults.mts';
import { refuse, refusalOf } from './refusals.mts';
import { noQuerySchema, searchBodySchema, tokenBodySchema } from './schemas.mts';
import type { Service } from './service.mts';
import type { SimulatedCase } from './simulatedCase.mts';
import { caseOnTheWire } from './wire.mts';

const ROOT = '/v2-0';
const ROUTES_WITHOUT_TOKEN = [`/api${ROOT}/is-available`, `/api${ROOT}/get-access-token`];

/** The routes of the API. Register them below `/api`: unknown routes there respond with a JSON error. */
export function registerApi(api: FastifyInstance, service: Service): void {
	const truncated = new WeakSet<FastifyRequest>();

	// Bodies are parsed in preValidation: a body that is not JSON goes through the same checks as any other.
	api.removeAllContentTypeParsers();
	api.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
		done(null, body);
	});

	api.addHook('onRequest', (_request, reply, done) => {
		service.recorder.countInFlight(reply);
		reply.header('date', new Date(service.now() * 1000).toUTCString());
		done();
	});

	api.addHook('preValidation', async (request, reply) => {
		const recorded = service.recorder.recordOf(request);
		const problem = parseBody(request);
		recorded.body = request.body;
		service.callHook(recorded);
		const fault = service.faults.next(recorded);
		if (fault?.truncate) truncated.add(request);
		else if (fault !== undefined) return sendFault(fault, reply);
		if (request.is404) return undefined;
		const path = request.url.split('?', 1)[0] ?? '';
		if (
			!ROUTES_WITHOUT_TOKEN.includes(path) &&
			!service.tokens.accepts(request.headers.authorization)
		) {
			return reply.code(401).send({ error: 'Unauthorized' });
		}
		return problem === undefined ? undefined : refuse(reply, problem);
	});

	api.addHook('onSend', (request, reply, payload, done) => {
		void waitForLatency(request, service).then(() => {
			if (service.closing.signal.aborted) return;
			service.recorder.recordOf(request).status = reply.statusCode;
			if (truncated.has(request) && typeof payload === 'string') sendHalf(reply, payload);
			else done(null, payload);
		});
	});

	api.setErrorHandler((error: FastifyError, _request, reply) => {
		if (error.validation !== undefined) return refuse(reply, refusalOf(error.validation));
		return reply.code(error.statusCode ?? 500).send({ error: error.message });
	});

	api.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'Not found' }));

	registerTokens(api, service);
	registerCases(api, service);
	registerSearch(api, service);
}

function registerTokens(api: FastifyInstance, service: Service): void {
	api.get(`${ROOT}/is-available`, { schema: { querystring: noQuerySchema } }, () => ({
		is_available: true,
	}));

	api.post<{ Body: { api_key: string } }>(
		`${ROOT}/get-access-token`,
		{ schema: { body: tokenBodySchema, querystring: noQuerySchema } },
		(request, reply) => {
			const token = service.tokens.issue(request.body.api_key);
			if (token === undefined) return reply.code(401).send({ error: 'Invalid API key' });
			return reply.send(token);
		},
	);
}

function registerCases(api: FastifyInstance, service: Service): void {
	const results: Record<string, (found: SimulatedCase) => unknown> = {
		'': (found) => caseOnTheWire(found, service.timeFormat),
		'/devices': ({ devices }) => ({ devices }),
		'/users': ({ users }) => ({ users }),
		'/ttps': ({ ttps }) => ({ ttps }),
	};
	for (const [path, resultOf] of Object.entries(results)) {
		api.get<{ Params: { caseId: string } }>(
			`${ROOT}/cases/:caseId${path}`,
			{ schema: { querystring: noQuerySchema } },
			(request, reply) => {
				const found = service.cases.get(request.params.caseId);
				if (found === undefined) return reply.code(404).send({ error: 'Case not found' });
				return reply.send({ result: resultOf(found) });
			},
		);
	}
}

function registerSearch(api: FastifyInstance, service: Service): void {
	api.post<{ Body: SearchBody }>(
		`${ROOT}/cases/search`,
		{ schema: { body: searchBodySchema, querystring: noQuerySchema } },
		(request, reply) => {
			const { body } = request;
			const maxExcluded = service.maxExcludedIds ?? Infinity;
			if ((body.payload.exclude_case_ids?.length ?? 0) > maxExcluded) {
				return refuse(reply, {
					'payload.exclude_case_ids': `must not have more than ${maxExcluded} items`,
				});
			}
			const limit = Math.min(body.limit ?? 100, service.pageCap ?? Infinity);
			const { cases_count, cases } = service.cases.search({ ...body, limit });
			return reply.send({
				result: {
					cases_count,
					cases: cases.map((found) => caseOnTheWire(found, service.timeFormat)),
				},
			});
		},
	);
}

/** Parses the request's body in place. Returns the reason to refuse it, if there is one. */
function parseBody(request: FastifyRequest): Record<string, string> | undefined {
	if (typeof request.body !== 'string') return undefined;
	if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
		return { 'Content-Type': 'must be application/json' };
	}
	try {
		request.body = JSON.parse(request.body) as unknown;
		return undefined;
	} catch {
		return { body: 'must be JSON' };
	}
}

/** Waits until `latencyMs` after the request's arrival, so that the simulator's own work does not add to the latency. */
async function waitForLatency(
	request: FastifyRequest,
	{ latencyMs, closing, recorder }: Service,
): Promise<void> {
	const left = recorder.recordOf(request).receivedAt + latencyMs - Date.now();
	if (left <= 0) return;
	await delay(left, undefined, { signal: closing.signal }).catch(() => undefined);
}

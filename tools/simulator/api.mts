import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendFault, sendHalf } from './faults.mts';
import { registerAlerts } from './alertRoutes.mts';
import { waitForLatency } from './latency.mts';
import { applyQuota } from './quotaResponse.mts';
import { sendBadRequest, schemaViolations } from './errorResponses.mts';
import {
	AVAILABLE_PATH,
	registerAccounts,
	registerCases,
	registerTokens,
	TOKEN_PATH,
} from './routes.mts';
import type { Service } from './service.mts';

/** The routes of the API. Register them below `/api`: unknown routes there respond with a JSON error. */
export function registerApi(api: FastifyInstance, service: Service): void {
	const truncated = new WeakSet<FastifyRequest>();

	// Bodies are parsed in preValidation: a body that is not JSON goes through the same checks as any other.
	api.removeAllContentTypeParsers();
	api.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
		done(null, body);
	});

	api.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (_request, body, done) => {
		done(null, body);
	});

	api.addHook('onRequest', (_request, reply, done) => {
		service.recorder.countInFlight(reply);
		setDate(reply, service);
		done();
	});

	api.addHook('preValidation', async (request, reply) => {
		const recorded = service.recorder.recordOf(request);
		const problem = parseBody(request);
		recorded.body = request.body;
		await service.callHook(recorded);
		const fault = service.faults.next(recorded);
		if (fault?.truncate) truncated.add(request);
		else if (fault !== undefined) return sendFault(fault, reply);
		if (request.is404) return undefined;
		const refused = refuseOnArrival(request, reply, service);
		if (refused !== undefined) return refused;
		return problem === undefined ? undefined : sendBadRequest(reply, problem);
	});

	api.addHook('onSend', (request, reply, payload, done) => {
		void waitForLatency(request, service).then(() => {
			// After a fault whose client has left, fastify also runs the route.
			if (service.closing.signal.aborted || reply.raw.headersSent) return;
			service.recorder.recordOf(request).status = reply.statusCode;
			if (truncated.has(request) && typeof payload === 'string') sendHalf(reply, payload);
			else done(null, payload);
		});
	});

	api.setErrorHandler((error: FastifyError, _request, reply) => {
		if (error.validation !== undefined)
			return sendBadRequest(reply, schemaViolations(error.validation));
		return reply.code(error.statusCode ?? 500).send({ error: error.message });
	});

	api.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'Not found' }));

	registerTokens(api, service);
	registerAccounts(api, service);
	registerCases(api, service);
	registerAlerts(api, service);
}

function setDate(reply: FastifyReply, { settings, now }: Service): void {
	reply.raw.sendDate = false;
	if (settings.noDate) return;
	reply.header('date', new Date((now() + settings.dateSkewSeconds) * 1000).toUTCString());
}

/** Sends 401 without a valid token and 429 above a quota. Key exchanges have a quota of their own. */
function refuseOnArrival(
	request: FastifyRequest,
	reply: FastifyReply,
	service: Service,
): FastifyReply | undefined {
	const path = request.url.split('?', 1)[0] ?? '';
	if (path.endsWith(AVAILABLE_PATH)) return undefined;
	const isExchange = path.endsWith(TOKEN_PATH);
	if (!isExchange && !service.tokens.accepts(request.headers.authorization)) {
		return reply.code(401).send({ error: 'Unauthorized' });
	}
	const { requestsPerMinute, exchangesPerMinute, quotaHeaders } = service.settings;
	const limit = isExchange ? exchangesPerMinute : requestsPerMinute;
	if (limit === undefined) return undefined;
	const quota = isExchange ? service.exchangeQuota : service.requestQuota;
	const now = service.now();
	return applyQuota(reply, quota.count(limit, now), quotaHeaders, now);
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

import type { FastifyInstance, FastifyReply } from 'fastify';
import { answerSearch } from './answerSearch.mts';
import type { SearchBody } from './caseStore.mts';
import { sendError } from './errorResponses.mts';
import { noQuerySchema, searchBodySchema, tokenBodySchema } from './schemas.mts';
import type { Service } from './service.mts';
import type { SimulatedCase } from './simulatedCase.mts';
import { caseOnTheWire } from './wire.mts';

const ROOT = '/v2-0';
const schema = { querystring: noQuerySchema };

export const AVAILABLE_PATH = `${ROOT}/is-available`;
export const TOKEN_PATH = `${ROOT}/get-access-token`;

export function registerTokens(api: FastifyInstance, service: Service): void {
	api.get(AVAILABLE_PATH, { schema }, () => ({ is_available: true }));

	api.post<{ Body: { api_key: string } }>(
		TOKEN_PATH,
		{ schema: { ...schema, body: tokenBodySchema } },
		(request, reply) => {
			const token = service.tokens.issue(request.body.api_key);
			if (token === undefined) return reply.code(401).send({ error: 'Invalid API key' });
			return reply.send(token);
		},
	);
}

export function registerAccounts(api: FastifyInstance, service: Service): void {
	const results: Record<string, () => unknown> = {
		'/accounts': () => service.accounts,
		'/accounts/me': () => service.accounts[0],
		'/current-quota-usage': () => ({
			file_scans: { quota: 10_000, usage: 1234 },
			endpoint_scans: { quota: 500, usage: 42 },
		}),
	};
	for (const [path, resultOf] of Object.entries(results)) {
		api.get(`${ROOT}${path}`, { schema }, (_request, reply) =>
			service.settings.accountsForbidden ? forbid(reply) : reply.send({ result: resultOf() }),
		);
	}
}

export function registerCases(api: FastifyInstance, service: Service): void {
	const { settings } = service;
	const results: Record<string, (found: SimulatedCase) => unknown> = {
		'': (found) => caseOnTheWire(found, settings.timeFormat, settings),
		'/devices': ({ devices }) => ({ devices }),
		'/users': ({ users }) => ({ users }),
		'/ttps': ({ ttps }) => ({ ttps }),
	};
	for (const [path, resultOf] of Object.entries(results)) {
		api.get<{ Params: { caseId: string } }>(
			`${ROOT}/cases/:caseId${path}`,
			{ schema },
			(request, reply) => {
				if (settings.casesForbidden) return forbid(reply);
				const found = service.nextCopy().get(request.params.caseId);
				if (found === undefined) return reply.code(404).send({ error: 'Case not found' });
				return reply.send({ result: resultOf(found) });
			},
		);
	}

	api.post<{ Body: SearchBody }>(
		`${ROOT}/cases/search`,
		{ schema: { ...schema, body: searchBodySchema } },
		(request, reply) => {
			if (settings.casesForbidden) return forbid(reply);
			const bytes = Number(request.headers['content-length'] ?? 0);
			const answer = answerSearch(service.nextCopy(), request.body, bytes);
			if ('refusal' in answer) return sendError(reply, answer.refusal);
			const { cases_count, cases } = answer.result;
			const sent = cases.map((found) => caseOnTheWire(found, settings.timeFormat, settings));
			return reply.send({ result: { cases_count, cases: sent } });
		},
	);
}

function forbid(reply: FastifyReply): FastifyReply {
	return reply.code(403).send({ error: 'Insufficient Permissions' });
}

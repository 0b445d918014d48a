import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { CasePatch } from './caseStore.mts';
import { ALERT_CONTROL_ROUTES, registerAlertChanges } from './controlAlerts.mts';
import { casePatchSchema, faultSchema, newCaseSchema } from './controlSchemas.mts';
import type { Fault } from './faults.mts';
import { schemaViolations, sendBadRequest } from './errorResponses.mts';
import type { Service } from './service.mts';
import { ALL_SETTINGS, settingsFromJson, settingsSchema, settingsToJson } from './settings.mts';
import type { JsonSettings } from './settings.mts';
import type { SimulatedCase } from './simulatedCase.mts';
import { caseOnTheWire } from './wire.mts';

export const CONTROL_ROOT = '/_simulator';

interface CaseRoute {
	Params: { caseId: string };
}

const ROUTES = {
	'GET /_simulator/requests': 'every request to the service, with the status of its response',
	'DELETE /_simulator/requests': 'deletes the recorded requests',
	'POST /_simulator/settings':
		'changes settings, e.g. {"pageCap": 50}; null removes a limit, and cases keep their ids and times',
	'POST /_simulator/cases': 'adds a case; missing fields get default values',
	'PATCH /_simulator/cases/:id': 'changes a case, e.g. {"case_priority": "escalated"}',
	'DELETE /_simulator/cases/:id': 'removes a case',
	'POST /_simulator/cases/:id/alerts': 'attaches an alert to a case',
	'POST /_simulator/escalate': 'escalates an open case and returns it',
	...ALERT_CONTROL_ROUTES,
	'POST /_simulator/faults':
		'e.g. {"path": "/cases/search", "status": 429, "headers": {"retry-after": "2"}}; also times, ' +
		'always, after, body, contentType, reset, hang, truncate',
	'DELETE /_simulator/faults': 'ends all faults',
	'POST /_simulator/revoke-tokens': 'every token issued so far gets 401',
};

/** The routes that control the simulator: for users, and for tests in other processes. */
export function registerControl(control: FastifyInstance, service: Service): void {
	// Any content type is accepted, because curl sends a form's by default.
	control.removeAllContentTypeParsers();
	control.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
		try {
			done(null, body === '' ? undefined : JSON.parse(body.toString()));
		} catch {
			done(Object.assign(new Error('The body is not JSON.'), { statusCode: 400 }), undefined);
		}
	});
	control.setErrorHandler((error: FastifyError, _request, reply) => {
		if (error.validation !== undefined)
			return sendBadRequest(reply, schemaViolations(error.validation));
		return reply.code(error.statusCode ?? 500).send({ error: error.message });
	});

	control.get('/', () => ({
		what: 'A simulator of the Intezer API: nothing here is real.',
		api: `${service.url}/api/v2-0`,
		api_key: service.apiKey,
		cases: service.cases.size,
		settings: settingsToJson(service.settings),
		settings_help: Object.fromEntries(ALL_SETTINGS.map(([name, { help }]) => [name, help])),
		routes: ROUTES,
	}));
	registerRequests(control, service);
	registerSettings(control, service);
	registerCaseChanges(control, service);
	registerAlertChanges(control, service);
	registerFaults(control, service);
}

function registerRequests(control: FastifyInstance, service: Service): void {
	control.get('/requests', () => service.recorder.requests);
	control.delete('/requests', (_request, reply) => {
		service.recorder.forget();
		return reply.code(204).send();
	});
}

function registerSettings(control: FastifyInstance, { settings }: Service): void {
	control.post<{ Body: JsonSettings }>(
		'/settings',
		{ schema: { body: settingsSchema } },
		({ body }) => {
			Object.assign(settings, settingsFromJson(body));
			return settingsToJson(settings);
		},
	);
}

function registerCaseChanges(control: FastifyInstance, service: Service): void {
	const { cases, settings } = service;
	const sent = (changed: SimulatedCase) => caseOnTheWire(changed, settings.timeFormat, settings);
	const change = (reply: FastifyReply, caseId: string, make: () => unknown) =>
		cases.get(caseId) === undefined
			? reply.code(404).send({ error: 'Case not found' })
			: reply.send(make());

	control.post<{ Body: Partial<SimulatedCase> }>(
		'/cases',
		{ schema: { body: newCaseSchema } },
		({ body }, reply) => {
			if (body.case_id !== undefined && cases.get(body.case_id) !== undefined) {
				return reply.code(409).send({ error: 'There is already a case with this id' });
			}
			return reply.code(201).send(sent(cases.add(body)));
		},
	);
	control.patch<CaseRoute & { Body: CasePatch }>(
		'/cases/:caseId',
		{ schema: { body: casePatchSchema } },
		({ params: { caseId }, body }, reply) =>
			change(reply, caseId, () => sent(cases.update(caseId, body))),
	);
	control.delete<CaseRoute>('/cases/:caseId', ({ params: { caseId } }, reply) =>
		change(reply.code(204), caseId, () => {
			cases.remove(caseId);
		}),
	);
	control.post<CaseRoute>('/cases/:caseId/alerts', ({ params: { caseId } }, reply) =>
		change(reply, caseId, () => sent(cases.attachAlert(caseId))),
	);
	control.post('/escalate', () => sent(cases.escalateOne()));
}

function registerFaults(control: FastifyInstance, service: Service): void {
	control.post<{ Body: Omit<Fault, 'match'> & { always?: true } }>(
		'/faults',
		{ schema: { body: faultSchema } },
		({ body: { always, ...fault } }, reply) => {
			const times = always ? Infinity : (fault.times ?? 1);
			try {
				service.faults.add({ ...fault, times });
			} catch (error) {
				return sendBadRequest(reply, {
					body: error instanceof Error ? error.message : String(error),
				});
			}
			return reply.code(204).send();
		},
	);
	control.delete('/faults', (_request, reply) => {
		service.faults.clear();
		return reply.code(204).send();
	});
	control.post('/revoke-tokens', (_request, reply) => {
		service.tokens.revokeAll();
		return reply.code(204).send();
	});
}

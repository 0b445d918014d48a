import type { FastifyInstance, FastifyReply } from 'fastify';
import { alertOnTheWire } from './alertOnTheWire.mts';
import { alertOf } from './alertRoutes.mts';
import { alertPatchSchema, alertVerdictSchema, newAlertSchema } from './controlSchemas.mts';
import type { Service } from './service.mts';
import { triageOf, type StoredAlert } from './storedAlert.mts';

interface AlertRoute {
	Params: { alertId: string };
	Querystring: { environment?: string };
}

/** Which alert a request is about. */
interface OneAlert {
	params: AlertRoute['Params'];
	query: AlertRoute['Querystring'];
}

export const ALERT_CONTROL_ROUTES = {
	'POST /_simulator/alerts': 'adds an alert; missing fields get default values',
	'PATCH /_simulator/alerts/:id':
		'changes an alert, e.g. {"is_mitigated": true}; if several have the id, add ?environment=…',
	'DELETE /_simulator/alerts/:id': 'removes an alert',
	'POST /_simulator/alerts/:id/finish-triage':
		'finishes the triage of an alert, or triages it again, e.g. {"alert_verdict": "confirmed_threat"}',
};

/** The routes that change alerts. */
export function registerAlertChanges(control: FastifyInstance, service: Service): void {
	const { alerts, settings } = service;
	const sent = (alert: StoredAlert) =>
		alertOnTheWire(alert, settings.timeFormat, service.now(), service.url);
	const change = (
		reply: FastifyReply,
		{ params: { alertId }, query: { environment } }: OneAlert,
		make: (alert: StoredAlert) => unknown,
	) => {
		const found = alertOf(service, reply, alertId, environment);
		return found === undefined ? reply : reply.send(make(found));
	};

	control.post<{ Body: Partial<StoredAlert> }>(
		'/alerts',
		{ schema: { body: newAlertSchema } },
		({ body }, reply) => {
			const { alert_id, environment = 'production' } = body;
			if (alert_id !== undefined && alerts.withId(alert_id, environment).length > 0) {
				return reply.code(409).send({ error: 'There is already an alert with this id' });
			}
			return reply.code(201).send(sent(alerts.add(body)));
		},
	);
	control.patch<AlertRoute & { Body: Partial<StoredAlert> }>(
		'/alerts/:alertId',
		{ schema: { body: alertPatchSchema } },
		(request, reply) => change(reply, request, (alert) => sent(alerts.update(alert, request.body))),
	);
	control.delete<AlertRoute>('/alerts/:alertId', (request, reply) =>
		change(reply.code(204), request, (alert) => {
			alerts.remove(alert);
		}),
	);
	control.post<AlertRoute & { Body?: { alert_verdict?: string } }>(
		'/alerts/:alertId/finish-triage',
		{ schema: { body: alertVerdictSchema } },
		(request, reply) =>
			change(reply, request, (alert) => {
				const now = Math.floor(service.now());
				const { triage_result: before } = alert;
				const verdict = request.body?.alert_verdict;
				return sent(
					alerts.update(alert, {
						triage_time: Math.min(alert.triage_time, now),
						triage_change_time: now,
						triage_result: verdict === undefined ? before : triageOf(verdict, before.risk_category),
					}),
				);
			}),
	);
}

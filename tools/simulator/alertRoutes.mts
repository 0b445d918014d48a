import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { alertOnTheWire, triageStatus } from './alertOnTheWire.mts';
import {
	alertByIdSchema,
	alertsByIdsSchema,
	alertSearchSchema,
	notifySchema,
	rawAlertSchema,
} from './alertSchemas.mts';
import type { AlertSearchBody } from './alertStore.mts';
import { answerAlertSearch } from './answerSearch.mts';
import { sendBadRequest, sendError } from './errorResponses.mts';
import { readMailForm } from './mailForm.mts';
import { noQuerySchema } from './schemas.mts';
import type { Service } from './service.mts';
import type { StoredAlert } from './storedAlert.mts';

const ROOT = '/v2-0/alerts';
const schema = { querystring: noQuerySchema };

interface ById {
	Body: { alert_id: string; environment?: string };
}
interface ByIds {
	Body: { alert_ids: string[]; environments?: string[] };
}
interface OneAlert {
	Params: { alertId: string };
	Body: { environment?: string };
}

/** The routes for alerts. An on-premises deployment has none of them. */
export function registerAlerts(api: FastifyInstance, service: Service): void {
	const { alerts, settings } = service;
	const sent = (alert: StoredAlert) =>
		alertOnTheWire(alert, settings.timeFormat, service.now(), service.url);

	api.addHook('preHandler', (request, reply, done) => {
		service.growth.catchUp();
		if (!request.url.includes(ROOT)) done();
		else if (settings.onPremises) void reply.code(404).send({ error: 'Not found' });
		else if (settings.alertsForbidden)
			void reply.code(403).send({ error: 'Insufficient Permissions' });
		else done();
	});

	api.get<ById>(
		`${ROOT}/get-by-id`,
		{ schema: { ...schema, body: alertByIdSchema } },
		(request, reply) => {
			const found = alertOf(service, reply, request.body.alert_id, request.body.environment);
			if (found === undefined) return reply;
			return reply.send({ result: sent(found), status: triageStatus(found, service.now()) });
		},
	);

	api.get<ByIds>(
		`${ROOT}/search`,
		{ schema: { ...schema, body: alertsByIdsSchema } },
		(request, reply) => {
			const { alert_ids, environments } = request.body;
			if (alert_ids.length > (settings.maxListLength ?? Infinity)) {
				return sendBadRequest(reply, {
					alert_ids: `must not have more than ${settings.maxListLength ?? 0} items`,
				});
			}
			const wanted = new Set(alert_ids);
			const found = alerts.all.filter(
				({ alert_id, environment }) =>
					wanted.has(alert_id) &&
					(environments === undefined || environments.includes(environment)),
			);
			return reply.send({ result: { alerts_count: found.length, alerts: found.map(sent) } });
		},
	);

	api.post<{ Body: AlertSearchBody }>(
		`${ROOT}/search`,
		{ schema: { ...schema, body: alertSearchSchema } },
		(request, reply) => {
			const bytes = Number(request.headers['content-length'] ?? 0);
			const answer = answerAlertSearch(alerts, settings, request.body, bytes);
			if ('refusal' in answer) return sendError(reply, answer.refusal);
			const { alerts_count, alerts: page } = answer.result;
			return reply.send({ result: { alerts_count, alerts: page.map(sent) } });
		},
	);

	api.get<OneAlert>(
		`${ROOT}/:alertId/raw-data`,
		{ schema: { ...schema, body: rawAlertSchema } },
		(request, reply) => {
			const { environment } = request.body;
			const found = alertOf(service, reply, request.params.alertId, environment);
			if (found === undefined) return reply;
			const metadata = { environment, raw_data_type: 'raw_alert' };
			return reply.send({ result_url: service.rawAlerts.urlOf(found), metadata });
		},
	);

	api.post<OneAlert>(
		`${ROOT}/:alertId/notify`,
		{ schema: { ...schema, body: notifySchema } },
		(request, reply) => {
			const found = alertOf(service, reply, request.params.alertId, request.body.environment);
			if (found === undefined) return reply;
			return reply.send({ notified_channels: ['soc-alerts'] });
		},
	);

	api.post<{ Body: Buffer }>(`${ROOT}/ingest/binary`, { schema }, async (request, reply) => {
		const form = await readMailForm(request.body, request.headers['content-type'] ?? '');
		if ('reasons' in form) return await sendBadRequest(reply, form.reasons);
		const hash = createHash('sha256').update(form.content).digest('hex');
		if (form.fileName !== hash) {
			return await sendBadRequest(reply, { file: 'must be named by its SHA-256' });
		}
		service.mails.push(form);
		const { environment = 'production', alert_sender = null } = form.fields;
		if (alerts.withId(hash, environment).length === 0) {
			alerts.add({ alert_id: hash, environment, source: 'phishing_emails', sender: alert_sender });
		}
		return await reply.send({ result: true, alert_id: hash });
	});
}

/** The alert with an id. Without exactly one, it sends the refusal and returns undefined. */
export function alertOf(
	{ alerts }: Service,
	reply: FastifyReply,
	alertId: string,
	environment: string | undefined,
): StoredAlert | undefined {
	const [found, another] = alerts.withId(alertId, environment);
	if (another !== undefined) {
		void reply.code(409).send({ error: 'Alert exists in multiple environments' });
		return undefined;
	}
	if (found === undefined) void reply.code(404).send({ error: 'Alert not found' });
	return found;
}

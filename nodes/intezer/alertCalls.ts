import { createHash } from 'node:crypto';
import type { GenericValue, IDataObject, IN8nHttpFullResponse } from 'n8n-workflow';

import { alertIdOf } from './alertId';
import { lookUpAlerts, type AlertLookup } from './alertLookup';
import { alertSearchPageOf } from './alertSearchPage';
import { alertPath } from './http/address';
import type { ApiCaller } from './http/apiCaller';
import { emailUnconfirmed, unreadable } from './http/errors';
import { multipartForm } from './http/multipart';
import { isObject } from './json';
import type { EntryPage } from './search/searchTarget';
import { isTriageRunning } from './triageStatus';
import type { Alert, EmailFields, TriagedAlert } from './types';

/** The fields of an email that Intezer shows with the alert. */
const DISPLAY_FIELDS = 'reported_by,sender,received,subject,message_id,to';
const JSON_BODY = { 'Content-Type': 'application/json' };

/**
 * The calls of the Intezer API for alerts. They leave out the method of a GET with a body: n8n drops the body of a
 * request whose method is `GET`, and sends GET if there is none. Aborting the signal ends the retries of a call.
 */
export class AlertCalls {
	constructor(private readonly api: ApiCaller) {}

	/**
	 * `GET /alerts/get-by-id`: the alert as received, with `alert_id` filled in if the service leaves it out.
	 *
	 * @param environment may be left out if no other environment has this id
	 */
	async get(
		alertId: string,
		environment: string | undefined,
		signal?: AbortSignal,
	): Promise<TriagedAlert> {
		const body = { alert_id: alertId, ...named(environment) };
		const request = { url: '/alerts/get-by-id', body, abortSignal: signal };
		return await this.api.callForObject(
			request,
			'alertNotFound',
			({ result, status }, { statusCode }) => {
				const found = isObject(result) ? result : undefined;
				if (found === undefined && !isTriageRunning(status)) {
					return unreadable({ reason: 'noResult' }, statusCode);
				}
				return {
					alert: { ...found, alert_id: found?.alert_id ?? alertId },
					status: typeof status === 'string' ? status : undefined,
				};
			},
		);
	}

	/** `GET /alerts/search`: the alerts with these ids, in any order. */
	async getByIds(lookup: AlertLookup): Promise<Alert[]> {
		return await lookUpAlerts(this.api, lookup);
	}

	/**
	 * `POST /alerts/search`: one page of matching alerts. The service may return fewer than `limit` even if more remain.
	 *
	 * @param filters filters and order by their names in the API
	 */
	async searchPage(
		filters: IDataObject,
		offset: number,
		limit: number,
		signal?: AbortSignal,
	): Promise<EntryPage> {
		const body = { ...filters, offset, limit };
		const request = { method: 'POST', url: '/alerts/search', body, abortSignal: signal } as const;
		return await this.api.callForResult(request, 'noAlertCall', alertSearchPageOf);
	}

	/** `GET /alerts/{alert_id}/raw-data`: where to download the raw alert. */
	async getRawAddress(
		alertId: string,
		environment: string,
		signal?: AbortSignal,
	): Promise<{ url: string; metadata: IDataObject }> {
		const body = { environment, raw_data_type: 'raw_alert' };
		const request = { url: `${alertPath(alertId)}/raw-data`, body, abortSignal: signal };
		return await this.api.callForObject(request, 'alertNotFound', (body, { statusCode }) => {
			const { result_url: url, metadata } = body;
			return typeof url === 'string' && url !== ''
				? { url, metadata: isObject(metadata) ? metadata : {} }
				: unreadable({ reason: 'noRawAlertUrl' }, statusCode);
		});
	}

	/**
	 * `POST /alerts/{alert_id}/notify`: the channels that were notified, as received. Any response of 2xx but a page of
	 * text means that they were: sending the request again would notify them twice.
	 *
	 * @param environment may be left out if no other environment has this id
	 */
	async notify(
		alertId: string,
		environment: string | undefined,
		signal?: AbortSignal,
	): Promise<GenericValue[]> {
		const request = {
			method: 'POST',
			url: `${alertPath(alertId)}/notify`,
			headers: JSON_BODY,
			// As text, because n8n drops an empty object.
			body: JSON.stringify(named(environment)),
			abortSignal: signal,
		} as const;
		return await this.api.callForResponse(request, 'alertNotFound', ({ statusCode, body }) => {
			if (typeof body === 'string' && body !== '') {
				return unreadable({ reason: 'notJson' }, statusCode);
			}
			const channels = isObject(body) ? body.notified_channels : undefined;
			return Array.isArray(channels) ? channels : [channels].filter((each) => each != null);
		});
	}

	/**
	 * `POST /alerts/ingest/binary`: submits an email for triage. The same email has the same id. After any response of
	 * 2xx, the email is not sent again: it may have been accepted.
	 *
	 * @param email the email as it was sent, or a ZIP file that contains it
	 * @returns the id of its alert
	 * @throws IntezerError without the password, even if the service repeats it
	 */
	async submitEmail(email: Buffer, fields: EmailFields, signal?: AbortSignal): Promise<string> {
		const name = createHash('sha256').update(email).digest('hex');
		const { body, contentType } = multipartForm(
			{ field: 'file', name, content: email },
			{ alert_source: 'phishing_emails', display_fields: DISPLAY_FIELDS, ...fields },
		);
		const request = {
			method: 'POST',
			url: '/alerts/ingest/binary',
			headers: { 'Content-Type': contentType },
			body,
			abortSignal: signal,
		} as const;
		const read = ({ statusCode, body: answer }: IN8nHttpFullResponse) => {
			const id = isObject(answer) ? alertIdOf(answer) : undefined;
			return id === undefined ? emailUnconfirmed(statusCode) : { alertId: id };
		};
		// A service that repeats the password may do so without the spaces around it.
		const secret = fields.zip_password?.trim();
		const { alertId } = await this.api.callForResponse(request, 'noAlertCall', read, secret);
		return alertId;
	}
}

function named(environment: string | undefined): IDataObject {
	return environment === undefined ? {} : { environment };
}

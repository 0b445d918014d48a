import type { INodeProperties } from 'n8n-workflow';

import { IntezerError } from '../../intezer/http/errors';
import { simplifyAlert } from '../../intezer/simplifyAlert';
import { isTriageRunning } from '../../intezer/triageStatus';
import type { TriagedAlert } from '../../intezer/types';
import type { Operation, OperationInput, OperationResult } from '../../n8n/operations/operation';
import { binaryPropertyNameParameter, readEmail } from '../parameters/binaryPropertyName';
import { emailFieldParameters, readEmailFields } from '../parameters/emailFields';
import {
	readWaitForTriage,
	readWaitMinutes,
	waitForTriageParameter,
	waitMinutesParameter,
} from '../parameters/waitForTriage';
import { triageUnfinishedError, waitForTriage } from './triage';

const properties: INodeProperties[] = [
	binaryPropertyNameParameter,
	...emailFieldParameters,
	waitForTriageParameter,
	{
		...waitMinutesParameter,
		description:
			'Maximum number of minutes to wait for the triage. If it is not finished by then, the item fails, although the email was submitted.',
	},
];

export const submitEmail: Operation = {
	option: {
		name: 'Submit Email',
		value: 'submitEmail',
		action: 'Submit an email for triage',
		description:
			'Upload a suspicious email. Intezer creates an alert for it and triages the alert. This operation writes to Intezer.',
	},
	properties,
	run,
};

async function run(input: OperationInput): Promise<OperationResult> {
	const { n8n, client, itemIndex, signal } = input;
	const waits = readWaitForTriage(n8n, itemIndex);
	const minutes = waits ? readWaitMinutes(n8n, itemIndex) : 0;
	const fields = readEmailFields(n8n, itemIndex);
	const email = await readEmail(n8n, itemIndex);
	const alertId = await client.alerts.submitEmail(email, fields, signal);
	if (!waits) return { items: [{ alert_id: alertId }] };
	input.nameCreated({ alert_id: alertId });

	const triaged = await waitForTriage(
		input,
		async () =>
			await client.alerts
				.get(alertId, fields.environment, signal)
				.catch((error: unknown) => notYetFound(alertId, error)),
		{ isKnown: true, minutes },
	);
	if (isTriageRunning(triaged.status)) throw triageUnfinishedError(alertId, minutes);
	const { alert, status } = triaged;
	return { items: [{ ...simplifyAlert(alert), ...(status === undefined ? {} : { status }) }] };
}

/** A new alert may take some time to appear. @throws any other error */
function notYetFound(alertId: string, error: unknown): TriagedAlert {
	if (error instanceof IntezerError && error.kind === 'alertNotFound') {
		return { alert: { alert_id: alertId }, status: 'queued' };
	}
	throw error;
}

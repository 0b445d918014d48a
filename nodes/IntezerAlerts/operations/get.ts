import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { simplifyAlert } from '../../intezer/simplifyAlert';
import { isTriageRunning } from '../../intezer/triageStatus';
import type { Operation, OperationInput, OperationResult } from '../../n8n/operations/operation';
import { readSimplify, simplify } from '../../n8n/parameters/simplify';
import { alertIdParameter, readAlertId } from '../parameters/alertId';
import { environmentParameter, readEnvironment } from '../parameters/environment';
import {
	readWaitMinutes,
	readWaitForTriage,
	waitForTriageParameter,
	waitMinutesParameter,
} from '../parameters/waitForTriage';
import { readWhenInProgress, whenInProgressParameter } from '../parameters/whenInProgress';
import { triageUnfinishedError, waitForTriage } from './triage';

const properties: INodeProperties[] = [
	alertIdParameter,
	environmentParameter,
	waitForTriageParameter,
	waitMinutesParameter,
	whenInProgressParameter,
	simplify,
];

export const get: Operation = {
	option: {
		name: 'Get Alert',
		value: 'get',
		action: 'Get an alert by ID',
		description: 'Get an alert with its verdict, optionally after waiting for the triage to finish',
	},
	properties,
	run,
};

async function run(input: OperationInput): Promise<OperationResult> {
	const { n8n, client, itemIndex, signal } = input;
	const isSimple = readSimplify(n8n.getNodeParameter('simplify', itemIndex, true));
	const waits = readWaitForTriage(n8n, itemIndex);
	const minutes = waits ? readWaitMinutes(n8n, itemIndex) : 0;
	const ifInProgress = readWhenInProgress(n8n, itemIndex);
	const environment = readEnvironment(n8n, itemIndex);
	const alertId = readAlertId(n8n, itemIndex);
	const triaged = await waitForTriage(
		input,
		async () => await client.alerts.get(alertId, environment, signal),
		{ isKnown: false, minutes },
	);
	if (isTriageRunning(triaged.status) && ifInProgress === 'fail') {
		throw triageUnfinishedError(alertId, minutes);
	}
	const { alert, status } = triaged;
	const found: IDataObject = isSimple ? simplifyAlert(alert) : alert;
	return { items: [{ ...found, ...(status === undefined ? {} : { status }) }] };
}

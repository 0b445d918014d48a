import type { NodeOperations } from '../../n8n/operations/operation';
import { operationList } from '../../n8n/operations/operationList';
import { readAlertIdIfUsable } from '../parameters/alertId';
import { withLabels } from '../parameters/alertFieldLabels';
import { get } from './get';
import { getCases } from './getCases';
import { getMany } from './getMany';
import { getRaw } from './getRaw';
import { notify } from './notify';
import { search } from './search';
import { submitEmail } from './submitEmail';

const list = operationList(
	{ name: 'Alert', value: 'alert' },
	[get, getMany, getCases, getRaw, notify, search, submitEmail],
	'get',
);

export const { properties, subtitle } = list;

export const operations: NodeOperations = {
	operationOf: list.operationOf,
	subjectOf: async (n8n, itemIndex) => {
		const alertId = readAlertIdIfUsable(n8n, itemIndex);
		return await Promise.resolve(alertId === undefined ? {} : { alert_id: alertId });
	},
	withLabels,
};

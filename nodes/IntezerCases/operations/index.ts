import type { NodeOperations } from '../../n8n/operations/operation';
import { operationList } from '../../n8n/operations/operationList';
import { readCaseIdIfUsable } from '../parameters/caseLocator';
import { withLabels } from '../parameters/caseFieldLabels';
import { get } from './get';
import { getDevices } from './getDevices';
import { getTtps } from './getTtps';
import { getUsers } from './getUsers';
import { search } from './search';

const list = operationList(
	{ name: 'Case', value: 'case' },
	[get, getDevices, getTtps, getUsers, search],
	'search',
);

export const { properties, subtitle } = list;

export const operations: NodeOperations = {
	operationOf: list.operationOf,
	subjectOf: async (n8n, itemIndex) => {
		const caseId = await readCaseIdIfUsable(n8n, itemIndex);
		return caseId === undefined ? {} : { case_id: caseId };
	},
	withLabels,
};

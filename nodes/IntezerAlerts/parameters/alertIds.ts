import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { ParameterError, readTextList } from '../../n8n/parameterValues';

export const alertIdsParameter: INodeProperties = {
	displayName: 'Alert IDs',
	name: 'alertIds',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. ldt:4f1a:8731, ldt:4f1a:8732',
	description: 'IDs of the alerts, separated by commas. An expression can return an array.',
};

/** At least one ID, without duplicates. @throws ParameterError */
export function readAlertIds(n8n: IExecuteFunctions, itemIndex: number): string[] {
	const ids = readTextList(
		n8n.getNodeParameter('alertIds', itemIndex),
		alertIdsParameter.displayName,
	);
	if (ids.length > 0) return ids;
	throw new ParameterError(
		"'Alert IDs' is empty",
		'Enter the IDs of the alerts, or correct the expression.',
	);
}

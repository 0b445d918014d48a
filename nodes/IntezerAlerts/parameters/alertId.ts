import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { alertPath } from '../../intezer/http/address';
import { isBlank, ParameterError, readText } from '../../n8n/parameterValues';

export const alertIdParameter: INodeProperties = {
	displayName: 'Alert ID',
	name: 'alertId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. ldt:4f1a:8731',
	description: 'ID of the alert in the product that raised it, such as your EDR or SIEM',
};

/** @throws ParameterError; IntezerError for an ID that no alert can have */
export function readAlertId(n8n: IExecuteFunctions, itemIndex: number): string {
	const value = n8n.getNodeParameter('alertId', itemIndex);
	if (isBlank(value)) {
		throw new ParameterError(
			"'Alert ID' is empty",
			'Enter the ID of the alert, or correct the expression.',
		);
	}
	const alertId = readText(value, alertIdParameter.displayName);
	alertPath(alertId);
	return alertId;
}

/** The ID of the alert for the item of an error; undefined if the operation has none, or it can't be used. */
export function readAlertIdIfUsable(n8n: IExecuteFunctions, itemIndex: number): string | undefined {
	try {
		return readAlertId(n8n, itemIndex);
	} catch {
		// The item has an error already, which says what is wrong with the alert.
		return undefined;
	}
}

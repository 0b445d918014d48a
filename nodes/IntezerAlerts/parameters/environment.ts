import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { isBlank, ParameterError, readText } from '../../n8n/parameterValues';

export const environmentParameter: INodeProperties = {
	displayName: 'Environment',
	name: 'environment',
	type: 'string',
	default: '',
	placeholder: 'e.g. cs-production',
	description: 'Environment of the alert, needed only if several environments use the same ID',
};

export const environmentOfCasesParameter: INodeProperties = {
	...environmentParameter,
	description:
		'Environment of the alert. Without it, the node returns the cases of all environments that use the same ID.',
};

export const requiredEnvironmentParameter: INodeProperties = {
	...environmentParameter,
	required: true,
	description: 'Environment of the alert',
};

/** Undefined for a blank value. @throws ParameterError */
export function readEnvironment(n8n: IExecuteFunctions, itemIndex: number): string | undefined {
	const value = n8n.getNodeParameter('environment', itemIndex, '');
	return isBlank(value) ? undefined : readText(value, environmentParameter.displayName);
}

/** @throws ParameterError, also for a blank value */
export function readRequiredEnvironment(n8n: IExecuteFunctions, itemIndex: number): string {
	const environment = readEnvironment(n8n, itemIndex);
	if (environment !== undefined) return environment;
	throw new ParameterError(
		"'Environment' is empty",
		"Enter the environment of the alert. 'Get Alerts by ID' returns it in the field 'environment'.",
	);
}

import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import {
	isBlank,
	ParameterError,
	readBoolean,
	readPositiveNumber,
} from '../../n8n/parameterValues';

const DEFAULT_MINUTES = 5;
/** A day: a run that waits longer looks as if it hangs. */
const MOST_MINUTES = 1_440;

export const waitForTriageParameter: INodeProperties = {
	displayName: 'Wait for Triage',
	name: 'waitForTriage',
	type: 'boolean',
	default: false,
	description: 'Whether to wait until Intezer has finished the triage of the alert',
};

export const waitMinutesParameter: INodeProperties = {
	displayName: 'Wait Minutes',
	name: 'waitMinutes',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MOST_MINUTES },
	default: DEFAULT_MINUTES,
	description: 'Maximum number of minutes to wait for the triage',
	displayOptions: { show: { waitForTriage: [true] } },
};

/** @throws ParameterError */
export function readWaitForTriage(n8n: IExecuteFunctions, itemIndex: number): boolean {
	const value = n8n.getNodeParameter('waitForTriage', itemIndex, false);
	return readBoolean(value, waitForTriageParameter.displayName);
}

/** More than 0; may have a fraction. @throws ParameterError, also for more than a day */
export function readWaitMinutes(n8n: IExecuteFunctions, itemIndex: number): number {
	const value = n8n.getNodeParameter('waitMinutes', itemIndex, DEFAULT_MINUTES);
	const minutes = isBlank(value)
		? DEFAULT_MINUTES
		: readPositiveNumber(value, waitMinutesParameter.displayName);
	if (minutes <= MOST_MINUTES) return minutes;
	throw new ParameterError(
		`'${waitMinutesParameter.displayName}' must be at most ${MOST_MINUTES.toLocaleString('en-US')}, but is ${minutes}`,
		"To wait longer, use a 'Wait' node and get the alert again.",
	);
}

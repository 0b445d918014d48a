import type { INodeProperties } from 'n8n-workflow';

import { isBlank, ParameterError, readWholeNumber } from '../parameterValues';

const HIGHEST = 20;
/** What the field shows when the option is added. */
const SUGGESTED = 5;

export const maxConcurrency: INodeProperties = {
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: HIGHEST },
	default: SUGGESTED,
	description:
		'Maximum number of parallel requests across all input items. Without this option, the node sends as many as Intezer accepts, up to 20. The value of the first item applies to all.',
};

/**
 * The maximum number of parallel requests; undefined if the option is blank.
 *
 * @throws ParameterError for anything but a whole number from 1 to 20: n8n does not check an expression
 */
export function readMaxConcurrency(value: unknown): number | undefined {
	if (isBlank(value)) return undefined;
	const number = readWholeNumber(value, maxConcurrency.displayName, 1);
	if (number <= HIGHEST) return number;
	throw new ParameterError(
		`'${maxConcurrency.displayName}' must be at most ${HIGHEST}, but is ${number}`,
		'Correct the value or its expression.',
	);
}

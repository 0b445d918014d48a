import type { INodeProperties } from 'n8n-workflow';

import { DEFAULT_MAX_CONCURRENCY } from '../../intezer/client';
import { isBlank, ParameterError, readWholeNumber } from '../../n8n/parameterValues';

const HIGHEST = 20;

export const maxConcurrency: INodeProperties = {
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: HIGHEST },
	default: DEFAULT_MAX_CONCURRENCY,
	description:
		'How many requests may be under way at once, over all input items. Fewer go out while Intezer asks to slow down. The value of the first item counts.',
};

/**
 * The maximum number of parallel requests; the default where the option is blank.
 *
 * @throws ParameterError for anything but a whole number from 1 to 20: n8n does not check an expression
 */
export function readMaxConcurrency(value: unknown): number {
	if (isBlank(value)) return DEFAULT_MAX_CONCURRENCY;
	const number = readWholeNumber(value, maxConcurrency.displayName, 1);
	if (number <= HIGHEST) return number;
	throw new ParameterError(
		`'${maxConcurrency.displayName}' must be at most ${HIGHEST}, but is ${number}`,
		'Correct the parameter, or the expression that gives it.',
	);
}

import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { isBlank, ParameterError, readWholeNumber } from '../../n8n/parameterValues';
import { DEFAULT_MAX_CONCURRENCY } from '../../intezer/client';

const MOST = 20;

/** The option 'Max Concurrency'. */
export const maxConcurrency: INodeProperties = {
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MOST },
	default: DEFAULT_MAX_CONCURRENCY,
	description:
		'How many requests may be under way at once, over all input items. Fewer go out while Intezer asks to slow down. The value of the first item counts.',
};

/**
 * How many requests may be under way at once in an execution: what the first item says.
 *
 * @throws ParameterError for anything else than a whole number from 1 to 20: n8n does not check an expression
 */
export function readMaxConcurrency(n8n: IExecuteFunctions): number {
	const { maxConcurrency: value } = n8n.getNodeParameter('options', 0, {});
	if (isBlank(value)) return DEFAULT_MAX_CONCURRENCY;
	const number = readWholeNumber(value, maxConcurrency.displayName, 1);
	if (number <= MOST) return number;
	throw new ParameterError(
		`'${maxConcurrency.displayName}' must be at most ${MOST}, but is ${number}`,
		'Correct the parameter, or the expression that gives it.',
	);
}

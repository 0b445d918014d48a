import type { INodeProperties } from 'n8n-workflow';

import { readChoice } from '../../n8n/parameterValues';

const CHOICES = ['fail', 'hint'] as const;

export const whenIncomplete: INodeProperties = {
	displayName: 'When Incomplete',
	name: 'whenIncomplete',
	type: 'options',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description: "Stop with an error. This is the default with 'Return All'.",
		},
		{
			name: 'Return Found Cases',
			value: 'hint',
			description:
				"Return the cases that were found, and show a hint in the editor. This is the default with 'Limit'.",
		},
	],
	default: 'fail',
	description:
		"What to do if matching cases are missing, or may be missing, from the result because 'Limit' was reached or cases changed too fast for the node to be certain",
};

/**
 * What to do when more cases match, or may match, than a search returns. If the option is blank: `fail` with Return
 * All, which promises every case; `hint` with a limit, which the user chose.
 *
 * @throws ParameterError
 */
export function readWhenIncomplete(value: unknown, isAll: boolean): (typeof CHOICES)[number] {
	return readChoice(value, whenIncomplete.displayName, CHOICES) ?? (isAll ? 'fail' : 'hint');
}

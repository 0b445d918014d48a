import type { INodeProperties } from 'n8n-workflow';

import { capitalized, type EntryNouns } from '../entryNouns';
import { readChoice } from '../parameterValues';

const CHOICES = ['fail', 'hint'] as const;

export const WHEN_INCOMPLETE = 'When Incomplete';

/** The label of the choice that returns what was found. */
export function returnFoundLabel({ plural }: EntryNouns): string {
	return `Return Found ${capitalized(plural)}`;
}

export function whenIncomplete(texts: EntryNouns): INodeProperties {
	const { plural } = texts;
	return {
		displayName: WHEN_INCOMPLETE,
		name: 'whenIncomplete',
		type: 'options',
		options: [
			{
				name: 'Fail',
				value: 'fail',
				description: "Stop with an error. This is the default with 'Return All'.",
			},
			{
				name: returnFoundLabel(texts),
				value: 'hint',
				description: `Return the ${plural} that were found, and show a hint in the editor. This is the default with 'Limit' and 'Count Only'.`,
			},
		],
		default: 'fail',
		description: `What to do if matching ${plural} are missing, or may be missing, from the result because 'Limit' was reached or ${plural} changed too fast for the node to be certain`,
	};
}

/**
 * What to do when more entries match, or may match, than a search returns or counts. If the option is blank: `fail` with
 * Return All, which promises every entry; `hint` with a limit, which the user chose, and for a count.
 *
 * @throws ParameterError
 */
export function readWhenIncomplete(value: unknown, isAll: boolean): (typeof CHOICES)[number] {
	return readChoice(value, WHEN_INCOMPLETE, CHOICES) ?? (isAll ? 'fail' : 'hint');
}

import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import { ParameterError } from '../../../n8n/parameterValues';
import { escalatedFilters, readFilters, triggerFilters } from '../../parameters/filters';
import { EVENTS, type EventName } from '../../polling/events';
import { collectionValue } from '../../../n8n/collectionValue';

/** The event that sets the priority itself, so its filters have no priority. */
const ESCALATED: EventName = 'caseEscalated';

/** The parameter 'Filters', and the notice of the event that depends on it. */
export const filtersParameters: INodeProperties[] = [
	{
		displayName:
			"At most 15,000 cases can match 'Filters' when the trigger starts, including old ones. To leave old cases out, set the option 'Only Created Within (Days)'.",
		name: 'matchedNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { event: ['caseMatched' satisfies EventName] } },
	},
	{
		...triggerFilters,
		displayOptions: { show: { event: EVENTS.filter((event) => event !== ESCALATED) } },
	},
	{ ...escalatedFilters, displayOptions: { show: { event: [ESCALATED] } } },
];

/**
 * The filters by their names in the API.
 *
 * @throws ParameterError if one can't be used, or its expression is empty: then every case would match
 */
export function readTriggerFilters(
	n8n: IPollFunctions,
	event: EventName,
	allowUnknownValues: boolean,
): IDataObject {
	const { payload, emptyExpressions } = readFilters(
		collectionValue(n8n.getNodeParameter('filters', {})),
		n8n.getNode().parameters.filters,
		{ timeZone: n8n.getTimezone(), now: Date.now() / 1000, allowUnknownValues },
	);
	const [empty] = emptyExpressions;
	if (empty !== undefined) {
		throw new ParameterError(
			`The expression in the filter ${empty} returned no value`,
			'Correct the expression, or remove the filter. Without this filter, more cases would match.',
		);
	}
	return event === ESCALATED ? { ...payload, priorities: ['escalated'] } : payload;
}

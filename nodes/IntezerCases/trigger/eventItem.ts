import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { simplifyCase } from '../../intezer/simplifyCase';
import { readSimplify } from '../../n8n/parameters/simplify';
import type { CaseEvent, EventName } from '../polling/events';
import { readAdditionalPaths } from './parameters/options';

/** How an item shows its case. */
export interface CaseFormat {
	isSimplified: boolean;
	/** The values of 'Extra Output Fields', for a simplified case. */
	additionalPaths: string[];
}

/** The values of 'Simplify' and 'Extra Output Fields'. @throws ParameterError */
export function readCaseFormat(n8n: IPollFunctions): CaseFormat {
	return {
		isSimplified: readSimplify(n8n.getNodeParameter('simplify', true)),
		additionalPaths: readAdditionalPaths(n8n),
	};
}

/** The item of an event: the case, with `event` and `event_id`. */
export function eventItem(
	{ found, eventId }: CaseEvent,
	event: EventName,
	{ isSimplified, additionalPaths }: CaseFormat,
): INodeExecutionData {
	const json = isSimplified ? simplifyCase(found, additionalPaths) : found;
	return { json: { ...json, event, event_id: eventId } };
}

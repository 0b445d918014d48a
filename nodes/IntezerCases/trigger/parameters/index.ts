import type { INodeProperties, IPollFunctions } from 'n8n-workflow';

import { simplify } from '../../../n8n/parameters/simplify';
import type { TriggerSettings } from '../../polling/events';
import { PROCESS_ID } from '../processId';
import { eventParameter, readEvent } from './event';
import { filtersParameters, readTriggerFilters } from './filters';
import { optionsParameter, readOptions } from './options';

/** The parameters of the trigger. */
export const triggerProperties: INodeProperties[] = [
	eventParameter,
	...filtersParameters,
	{
		displayName:
			"If you change the event or a filter, select another credential, or rename the node, the trigger starts over: earlier events are not sent. After a rename, 'Look Back (Hours)' applies again.",
		name: 'stockNotice',
		type: 'notice',
		default: '',
	},
	simplify,
	optionsParameter,
];

/** The values of the parameters that decide which events a poll finds. @throws ParameterError */
export function readSettings(n8n: IPollFunctions): TriggerSettings {
	const event = readEvent(n8n);
	const { allowUnknownValues, lookBackHours, ignoreOlderThanHours, onlyCreatedWithinDays } =
		readOptions(n8n, event);
	return {
		event,
		payload: readTriggerFilters(n8n, event, allowUnknownValues),
		lookBackHours,
		ignoreOlderThanHours,
		onlyCreatedWithinDays,
		processId: PROCESS_ID,
	};
}

import type { INodeProperties, IPollFunctions } from 'n8n-workflow';

import { CASE_NOUNS } from '../../../n8n/entryNouns';
import { ParameterError, readDuration } from '../../../n8n/parameterValues';
import { additionalFields, readAdditionalFields } from '../../../n8n/parameters/additionalFields';
import { allowUnknownValues, readAllowUnknownValues } from '../../parameters/allowUnknownValues';
import { collectionValue } from '../../../n8n/collectionValue';
import { EVENTS, isMatchingEvent, type EventName } from '../../polling/events';

const heartbeat: INodeProperties = {
	displayName: 'Heartbeat (Minutes)',
	name: 'heartbeatMinutes',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description:
		"Minutes between heartbeats: items on the output 'Heartbeat' that show that the trigger is running. Set to 0 to turn heartbeats off.",
};

const ignoreOlderThan: INodeProperties = {
	displayName: 'Ignore Older Than (Hours)',
	name: 'ignoreOlderThanHours',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description:
		'Skip events older than this, for example after n8n was down for a week. 0 skips none.',
};

const lookBack: INodeProperties = {
	displayName: 'Look Back (Hours)',
	name: 'lookBackHours',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description:
		'Also send events from this many hours before the workflow was first published. 0 sends only new events.',
};

const onlyCreatedWithin: INodeProperties = {
	displayName: 'Only Created Within (Days)',
	name: 'onlyCreatedWithinDays',
	type: 'number',
	typeOptions: { minValue: 0 },
	displayOptions: { show: { '/event': EVENTS.filter(isMatchingEvent) } },
	default: 0,
	description:
		'Ignore cases that were created more than this many days ago. Use it if too many old cases match. 0 ignores none.',
};

/** The parameter 'Options'. */
export const optionsParameter: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		allowUnknownValues,
		additionalFields(CASE_NOUNS),
		heartbeat,
		ignoreOlderThan,
		lookBack,
		onlyCreatedWithin,
	],
};

/** The values of 'Options'. */
export interface TriggerOptions {
	allowUnknownValues: boolean;
	lookBackHours: number;
	ignoreOlderThanHours: number;
	/** 0 for an event that has no such option. */
	onlyCreatedWithinDays: number;
}

/** Reads 'Options', except 'Extra Output Fields'. @throws ParameterError */
export function readOptions(n8n: IPollFunctions, event: EventName): TriggerOptions {
	const options = collectionValue(n8n.getNodeParameter('options', {}));
	return {
		allowUnknownValues: readAllowUnknownValues(options.allowUnknownValues),
		lookBackHours: readDuration(options.lookBackHours, lookBack.displayName),
		ignoreOlderThanHours: readDuration(options.ignoreOlderThanHours, ignoreOlderThan.displayName),
		onlyCreatedWithinDays: isMatchingEvent(event)
			? readDuration(options.onlyCreatedWithinDays, onlyCreatedWithin.displayName)
			: 0,
	};
}

/** The minutes between heartbeats; 0 if they are off. @throws ParameterError */
export function readHeartbeatMinutes(n8n: IPollFunctions): number {
	const { heartbeatMinutes } = collectionValue(n8n.getNodeParameter('options', {}));
	const minutes = readDuration(heartbeatMinutes, heartbeat.displayName);
	// With this setting, n8n adds an empty item to the output for cases whenever the other output sends a heartbeat.
	if (minutes > 0 && n8n.getNode().alwaysOutputData === true) {
		throw new ParameterError(
			`'${heartbeat.displayName}' can't be combined with the setting 'Always Output Data'`,
			"Turn off one of them. Otherwise, each heartbeat would also send an empty item to the output 'Cases'.",
		);
	}
	return minutes;
}

/** The paths in the option 'Extra Output Fields'. @throws ParameterError */
export function readAdditionalPaths(n8n: IPollFunctions): string[] {
	const options = collectionValue(n8n.getNodeParameter('options', {}));
	return readAdditionalFields(options.additionalFields, CASE_NOUNS);
}

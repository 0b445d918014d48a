import type { INodeProperties, IPollFunctions } from 'n8n-workflow';

import { readHours } from '../../../n8n/parameterValues';
import { additionalFields, readAdditionalFields } from '../../parameters/additionalFields';
import { allowUnknownValues, readAllowUnknownValues } from '../../parameters/allowUnknownValues';
import { objectOf } from '../../../n8n/readObject';

const ignoreOlderThan: INodeProperties = {
	displayName: 'Ignore Older Than (Hours)',
	name: 'ignoreOlderThanHours',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description:
		'How old an event may be when n8n gets to it, such as after a week off; older ones are dropped. 0 drops none.',
};

const lookBack: INodeProperties = {
	displayName: 'Look Back (Hours)',
	name: 'lookBackHours',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description:
		'How far before its first start the trigger looks back for events. 0 begins at the start.',
};

/** The parameter 'Options'. */
export const optionsParameter: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [additionalFields, allowUnknownValues, ignoreOlderThan, lookBack],
};

/** The values of 'Options'. */
export interface TriggerOptions {
	allowUnknownValues: boolean;
	lookBackHours: number;
	ignoreOlderThanHours: number;
}

/** Reads 'Options' but for Additional Fields. @throws ParameterError */
export function readOptions(n8n: IPollFunctions): TriggerOptions {
	const options = objectOf(n8n.getNodeParameter('options', {}));
	return {
		allowUnknownValues: readAllowUnknownValues(options.allowUnknownValues),
		lookBackHours: readHours(options.lookBackHours, lookBack.displayName),
		ignoreOlderThanHours: readHours(options.ignoreOlderThanHours, ignoreOlderThan.displayName),
	};
}

/** The paths in the option 'Additional Fields'. @throws ParameterError */
export function readAdditionalPaths(n8n: IPollFunctions): string[] {
	const options = objectOf(n8n.getNodeParameter('options', {}));
	return readAdditionalFields(options.additionalFields);
}

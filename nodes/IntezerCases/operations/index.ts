import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { unknownValueError } from '../../n8n/parameterValues';
import { get } from './get';
import { getDevices } from './getDevices';
import { getTtps } from './getTtps';
import { getUsers } from './getUsers';
import type { Operation } from './operation';
import { search } from './search';

/** Every operation, in the order of the editor: by name. */
const OPERATIONS: readonly Operation[] = [get, getDevices, getTtps, getUsers, search];

const resource: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'hidden',
	noDataExpression: true,
	// n8n's node panel groups the actions of a node by resource.
	options: [{ name: 'Case', value: 'case' }],
	default: 'case',
};

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['case'] } },
	options: OPERATIONS.map(({ option }) => option),
	default: 'search',
};

/** The parameters of the node: each operation shows only its own. */
export const properties: INodeProperties[] = [
	resource,
	operation,
	...OPERATIONS.flatMap(({ option, properties: own }) =>
		updateDisplayOptions({ show: { resource: ['case'], operation: [option.value] } }, own),
	),
];

const names = OPERATIONS.map(({ option }) => `${option.value}: "${option.name}"`);

/** Shows the name of the chosen operation below the node. */
export const subtitle = `={{ ({ ${names.join(', ')} })[$parameter["operation"]] }}`;

/** @throws ParameterError for an unknown operation, which an expression may return */
export function operationOf(value: string): Operation {
	const found = OPERATIONS.find(({ option }) => option.value === value);
	if (found !== undefined) return found;
	const known = OPERATIONS.map(({ option }) => option.value);
	throw unknownValueError(operation.displayName, value, known);
}

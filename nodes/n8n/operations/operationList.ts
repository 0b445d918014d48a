import {
	updateDisplayOptions,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { unknownValueError } from '../parameterValues';
import type { NodeOperations, Operation } from './operation';

/** What a node's class needs of its operations. */
export interface OperationList {
	/** The parameters of the node: each operation shows only its own. */
	properties: INodeProperties[];
	/** Shows the name of the chosen operation below the node. */
	subtitle: string;
	operationOf: NodeOperations['operationOf'];
}

/**
 * Puts the operations of a node together.
 *
 * @param resource what they are about: n8n's node panel and its tools for agents name it
 * @param operations in the order of the editor: by name
 * @param defaultOperation the value of the operation of a new node
 */
export function operationList(
	{ name: resourceName, value: resource }: Pick<INodePropertyOptions, 'name' | 'value'>,
	operations: readonly Operation[],
	defaultOperation: string,
): OperationList {
	const resourceParameter: INodeProperties = {
		displayName: 'Resource',
		name: 'resource',
		type: 'hidden',
		noDataExpression: true,
		// n8n's node panel groups the actions of a node by resource.
		options: [{ name: resourceName, value: resource }],
		default: resource,
	};
	const operationParameter: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations.map(({ option }) => option),
		default: defaultOperation,
	};
	const properties = operations.flatMap(({ option, properties: own }) =>
		updateDisplayOptions({ show: { resource: [resource], operation: [option.value] } }, own),
	);
	const names = operations.map(({ option }) => `${option.value}: "${option.name}"`);
	return {
		properties: [resourceParameter, operationParameter, ...properties],
		subtitle: `={{ ({ ${names.join(', ')} })[$parameter["operation"]] }}`,
		operationOf: (value) => {
			const found = operations.find(({ option }) => option.value === value);
			if (found !== undefined) return found;
			const known = operations.map(({ option }) => option.value);
			throw unknownValueError(operationParameter.displayName, value, known);
		},
	};
}

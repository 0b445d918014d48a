import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { caseLocator } from '../descriptions/caseLocator';
import { flag } from '../descriptions/parameterValues';
import { additionalFields, additionalPaths, simplify } from '../descriptions/simplify';
import { simplified } from '../intezer/case';
import { locatedCaseId } from './locatedCaseId';
import { maxConcurrency } from './maxConcurrency';
import type { Run, RunResult } from './operation';

const properties: INodeProperties[] = [
	caseLocator,
	simplify,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [additionalFields, maxConcurrency],
	},
];

export const description = updateDisplayOptions(
	{ show: { resource: ['case'], operation: ['get'] } },
	properties,
);

/** Get Case: one item. */
export async function run({ n8n, client, itemIndex }: Run): Promise<RunResult> {
	const simple = flag(n8n.getNodeParameter('simplify', itemIndex, true), simplify.displayName);
	const options = n8n.getNodeParameter('options', itemIndex, {});
	const paths = additionalPaths(options.additionalFields);
	const found = await client.getCase(await locatedCaseId(n8n, itemIndex));
	return { items: [simple ? simplified(found, paths) : found] };
}

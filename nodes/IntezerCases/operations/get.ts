import { updateDisplayOptions, type IDataObject, type INodeProperties } from 'n8n-workflow';

import { caseLocator } from '../parameters/caseLocator';
import { flag, someOf } from '../../n8n/parameterValues';
import { additionalFields, additionalPaths, simplify } from '../parameters/simplify';
import { simplifyCase } from '../../intezer/simplifyCase';
import type { IntezerClient } from '../../intezer/client';
import { IntezerError, withCircumstances } from '../../intezer/http/errors';
import { RELATED_KINDS, type Case, type RelatedKind } from '../../intezer/types';
import { locatedCaseId } from '../parameters/locatedCaseId';
import { maxConcurrency } from '../parameters/maxConcurrency';
import type { Run, RunResult } from './operation';

/** The lists that the option 'Include' puts on the item, by their names on the wire and on the item. */
const PARTS: Readonly<Record<RelatedKind, string>> = {
	devices: 'Devices',
	users: 'Users',
	ttps: 'TTPs',
};

const include: INodeProperties = {
	displayName: 'Include',
	name: 'include',
	type: 'multiOptions',
	options: [
		{
			name: PARTS.devices,
			value: 'devices',
			description: 'The devices in the case, as the list devices',
		},
		{
			name: PARTS.ttps,
			value: 'ttps',
			description: 'The tactics, techniques and procedures in the case, as the list ttps',
		},
		{
			name: PARTS.users,
			value: 'users',
			description: 'The users in the case, as the list users',
		},
	],
	default: [],
	description: 'What to fetch besides the case and put on the item as lists: devices, users, ttps',
};

const properties: INodeProperties[] = [
	caseLocator,
	simplify,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [additionalFields, include, maxConcurrency],
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
	const wanted = someOf(options.include, include.displayName, RELATED_KINDS, false);
	const kinds = RELATED_KINDS.filter((kind) => wanted.includes(kind));
	const caseId = await locatedCaseId(n8n, itemIndex);
	const { found, lists } = await caseWithLists(client, caseId, kinds);
	return { items: [{ ...(simple ? simplifyCase(found, paths) : found), ...lists }] };
}

/** Asks for all side by side, and waits for all. The case's own failure is told before one of a list. */
async function caseWithLists(
	client: IntezerClient,
	caseId: string,
	kinds: readonly RelatedKind[],
): Promise<{ found: Case; lists: IDataObject }> {
	const answers = kinds.map(async (kind) => ({
		kind,
		answer: await client.getRelated(caseId, kind).catch((error: unknown) => failure(kind, error)),
	}));
	const found = await client.getCase(caseId).finally(async () => await Promise.all(answers));

	const lists: IDataObject = {};
	for (const { kind, answer } of await Promise.all(answers)) {
		if (answer instanceof Error) throw answer;
		lists[kind] = answer;
	}
	return { found, lists };
}

function failure(kind: RelatedKind, error: unknown): Error {
	if (error instanceof IntezerError) return withCircumstances(error, { part: kind });
	return error instanceof Error ? error : new Error(String(error));
}

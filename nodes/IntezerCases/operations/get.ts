import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { IntezerError, withCircumstances } from '../../intezer/http/errors';
import { simplifyCase } from '../../intezer/simplifyCase';
import type { Case, RelatedKind } from '../../intezer/types';
import { CASE_NOUNS } from '../../n8n/entryNouns';
import type { Operation, OperationInput, OperationResult } from '../../n8n/operations/operation';
import { additionalFields, readAdditionalFields } from '../../n8n/parameters/additionalFields';
import { maxConcurrency } from '../../n8n/parameters/maxConcurrency';
import { readSimplify, simplify } from '../../n8n/parameters/simplify';
import { caseLocator, readCaseLocator } from '../parameters/caseLocator';
import { include, readInclude } from '../parameters/include';

const properties: INodeProperties[] = [
	caseLocator,
	simplify,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [additionalFields(CASE_NOUNS), include, maxConcurrency],
	},
];

export const get: Operation = {
	option: {
		name: 'Get Case',
		value: 'get',
		action: 'Get a case by ID or URL',
		description: 'Get a case by ID or URL, optionally with its devices, users and TTPs',
	},
	properties,
	run,
};

async function run(input: OperationInput): Promise<OperationResult> {
	const { n8n, itemIndex } = input;
	const isSimple = readSimplify(n8n.getNodeParameter('simplify', itemIndex, true));
	const options = n8n.getNodeParameter('options', itemIndex, {});
	const paths = readAdditionalFields(options.additionalFields, CASE_NOUNS);
	const kinds = readInclude(options.include);
	const caseId = await readCaseLocator(n8n, itemIndex);
	const { found, lists } = await getCaseWithLists(input, caseId, kinds);
	return { items: [{ ...(isSimple ? simplifyCase(found, paths) : found), ...lists }] };
}

/** Sends all requests at once. If the case itself fails, its error is the one thrown. */
async function getCaseWithLists(
	{ client, signal }: OperationInput,
	caseId: string,
	kinds: readonly RelatedKind[],
): Promise<{ found: Case; lists: IDataObject }> {
	const responses = kinds.map(async (kind) => ({
		kind,
		response: await client
			.getRelated(caseId, kind, signal)
			.catch((error: unknown) => errorOfList(kind, error)),
	}));
	const found = await client.getCase(caseId, signal);

	const lists: IDataObject = {};
	for (const { kind, response } of await Promise.all(responses)) {
		if (response instanceof Error) throw response;
		lists[kind] = response;
	}
	return { found, lists };
}

/** Says which list could not be fetched. */
function errorOfList(kind: RelatedKind, error: unknown): Error {
	if (error instanceof IntezerError) return withCircumstances(error, { part: kind });
	return error instanceof Error ? error : new Error(String(error));
}

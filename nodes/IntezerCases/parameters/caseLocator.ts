import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { addressOf, caseIdFromUrl, casePath } from '../../intezer/http/address';
import { readText } from '../../n8n/parameterValues';

/** Matches every `intezer_case_url`, for the editor: caseIdFromUrl checks a link when the node runs. */
const CASE_URL = String.raw`\s*[Hh][Tt][Tt][Pp][Ss]?:\/\/[^\/?#\s]+\/cases\/([^\/?#\s]+)\/?(?:[?#]\S*)?\s*`;

export const caseLocator: INodeProperties = {
	displayName: 'Case',
	name: 'caseId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The case, selected from a list or specified by its ID or URL',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a case...',
			typeOptions: {
				searchListMethod: 'searchCases',
				searchable: true,
			},
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 3f2b8c1e-0d4a-4c57-9a54-1f6f3f1a7c10',
			hint: 'The case_id from a search result',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: String.raw`\s*(?!\.{1,2}\s*$)\S[\s\S]{0,511}`,
						errorMessage: "Enter the 'case_id' from a search result",
					},
				},
				{
					type: 'regex',
					properties: {
						regex: String.raw`(?!\s*[Hh][Tt][Tt][Pp][Ss]?:\/\/)[\s\S]*`,
						errorMessage: "This is a URL: select 'By URL' to use it",
					},
				},
			],
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://analyze.intezer.com/cases/3f2b8c1e-0d4a-4c57-9a54-1f6f3f1a7c10',
			hint: 'The intezer_case_url from a search result, or the address of the case in your browser',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: CASE_URL,
						errorMessage:
							"Paste the URL that Intezer shows for the case, for example 'https://analyze.intezer.com/cases/…'",
					},
				},
			],
			extractValue: { type: 'regex', regex: `^${CASE_URL}$` },
		},
	],
};

/**
 * The ID of the case that the user chose. An expression may give an ID or a URL in place of the whole locator. A URL is
 * accepted in every mode, because agents and expressions give one where an ID is expected.
 *
 * @throws ParameterError
 * @throws IntezerError for a URL of another host than the credential's
 */
export async function readCaseLocator(n8n: IExecuteFunctions, itemIndex: number): Promise<string> {
	const parameter = n8n.getNodeParameter(caseLocator.name, itemIndex);
	const { mode, value } = isLocator(parameter) ? parameter : { mode: undefined, value: parameter };
	const text =
		value === undefined || value === null ? '' : readText(value, caseLocator.displayName);
	if (mode !== 'url' && !/^https?:\/\//i.test(text)) return text;
	return caseIdFromUrl(text, addressOf(await n8n.getCredentials('intezerApi', itemIndex)));
}

/** The ID of the case for an item with an error; undefined if the operation has no case, or its ID can't be used. */
export async function readCaseIdIfUsable(
	n8n: IExecuteFunctions,
	itemIndex: number,
): Promise<string | undefined> {
	try {
		const caseId = await readCaseLocator(n8n, itemIndex);
		casePath(caseId);
		return caseId.trim();
	} catch {
		// The item has an error already, which says what is wrong with the case.
		return undefined;
	}
}

function isLocator(parameter: unknown): parameter is { mode: unknown; value: unknown } {
	return (
		typeof parameter === 'object' &&
		parameter !== null &&
		'mode' in parameter &&
		'value' in parameter
	);
}

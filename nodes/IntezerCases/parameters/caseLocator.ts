import type { INodeProperties } from 'n8n-workflow';

/** What every `intezer_case_url` matches, with the case ID as its group; caseIdFromUrl reads it for good. */
const CASE_URL = String.raw`\s*[Hh][Tt][Tt][Pp][Ss]?:\/\/[^\/?#\s]+\/cases\/([^\/?#\s]+)\/?(?:[?#]\S*)?\s*`;

/** The parameter 'Case': one case, from a list, by its ID or by its link in Intezer. */
export const caseLocator: INodeProperties = {
	displayName: 'Case',
	name: 'caseId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: "The case, by its case_id such as '3f2b8c1e-0d4a-4c57-9a54-1f6f3f1a7c10'",
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a case...',
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
			hint: 'The case_id that a search gives',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: String.raw`\s*(?!\.{1,2}\s*$)\S[\s\S]{0,511}`,
						errorMessage: "Enter the 'case_id' that a search gives",
					},
				},
				{
					type: 'regex',
					properties: {
						regex: String.raw`(?!\s*[Hh][Tt][Tt][Pp][Ss]?:\/\/)[\s\S]*`,
						errorMessage: 'This is a link: choose By URL for it',
					},
				},
			],
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://analyze.intezer.com/cases/3f2b8c1e-0d4a-4c57-9a54-1f6f3f1a7c10',
			hint: "The case's intezer_case_url, or its address in the browser",
			validation: [
				{
					type: 'regex',
					properties: {
						regex: CASE_URL,
						errorMessage:
							"Paste the link of a case as Intezer shows it, e.g. 'https://analyze.intezer.com/cases/…'",
					},
				},
			],
			extractValue: { type: 'regex', regex: `^${CASE_URL}$` },
		},
	],
};

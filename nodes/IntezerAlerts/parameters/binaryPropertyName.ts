import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { isBlank, ParameterError, readText } from '../../n8n/parameterValues';

const DEFAULT = 'data';

export const binaryPropertyNameParameter: INodeProperties = {
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: DEFAULT,
	required: true,
	hint: 'The name of the input binary field that contains the email',
	description: 'The email as an EML or MSG file, or a ZIP file that contains it',
};

/** The content of the email. @throws ParameterError; NodeOperationError if the item has no such binary field */
export async function readEmail(n8n: IExecuteFunctions, itemIndex: number): Promise<Buffer> {
	const value = n8n.getNodeParameter('binaryPropertyName', itemIndex, DEFAULT);
	const name = isBlank(value) ? DEFAULT : readText(value, binaryPropertyNameParameter.displayName);
	n8n.helpers.assertBinaryData(itemIndex, name);
	const email = await n8n.helpers.getBinaryDataBuffer(itemIndex, name);
	if (email.length > 0) return email;
	throw new ParameterError(
		`The file in the binary field '${name}' is empty`,
		'Check the node that reads or downloads the email.',
	);
}

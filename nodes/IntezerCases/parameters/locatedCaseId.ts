import type { IExecuteFunctions } from 'n8n-workflow';

import { text } from '../../n8n/parameterValues';
import { addressOf, caseIdFromUrl } from '../../intezer/http/address';

/**
 * The case id that the parameter 'Case' means for an item. An expression may put an id or a URL in place of the whole
 * locator, and it, or an agent, may give a URL where an id is meant: no id looks like one.
 *
 * @throws IntezerError for a URL that is not of the credential's Intezer
 */
export async function locatedCaseId(n8n: IExecuteFunctions, itemIndex: number): Promise<string> {
	const given = n8n.getNodeParameter('caseId', itemIndex);
	const { mode, value } = isLocator(given) ? given : { mode: undefined, value: given };
	const located = value === undefined || value === null ? '' : text(value, 'Case');
	const isLink = mode === 'url' || /^https?:\/\//i.test(located);
	if (!isLink) return located;
	return caseIdFromUrl(located, addressOf(await n8n.getCredentials('intezerApi', itemIndex)));
}

function isLocator(given: unknown): given is { mode: unknown; value: unknown } {
	return typeof given === 'object' && given !== null && 'mode' in given && 'value' in given;
}

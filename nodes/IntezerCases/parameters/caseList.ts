import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { addressOf, serviceOrigin, type Address } from '../../intezer/http/address';
import { IntezerClient } from '../../intezer/client';
import type { Case } from '../../intezer/types';
import { nodeError } from '../../n8n/nodeError';
import { withLabels } from './payloadLabels';

/** Entries that the editor gets at a time; it asks for more as the user scrolls. */
const PAGE_SIZE = 50;
const LONGEST_TITLE = 100;
/** Someone looks at the list while it loads: it does not wait as patiently as a run. */
const PATIENCE_MS = 20_000;

/**
 * The list of the parameter 'Case': cases found by free text, the most recently modified first as far as the service
 * sorts so.
 *
 * @param filter what the user typed
 * @param paginationToken where the page begins: the offset, as this function gave it with the page before
 */
export async function searchCases(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: unknown,
): Promise<INodeListSearchResult> {
	const text = filter?.trim() ?? '';
	const payload = text === '' ? {} : { free_text: text };
	const offset = offsetOf(paginationToken);
	try {
		const address = addressOf(await this.getCredentials('intezerApi'));
		const client = new IntezerClient(this, { deadline: Date.now() + PATIENCE_MS });
		const { cases, casesCount } = await client.searchPage(
			{ payload, sort_by: 'modification_time' },
			offset,
			PAGE_SIZE,
		);
		const next = offset + cases.length;
		const isLast = cases.length === 0 || next >= (casesCount ?? Infinity);
		return {
			results: entries(cases, address),
			...(isLast ? {} : { paginationToken: String(next) }),
		};
	} catch (error) {
		throw nodeError(this.getNode(), error, { withLabels });
	}
}

function offsetOf(token: unknown): number {
	const offset = Number(token ?? 0);
	return Number.isSafeInteger(offset) && offset > 0 ? offset : 0;
}

/** An entry for each case that can be chosen: that has an ID, and only once. */
function entries(cases: Case[], address: Address): INodeListSearchItems[] {
	const byId = new Map<string, INodeListSearchItems>();
	for (const each of cases) {
		const value = each.case_id;
		if (typeof value !== 'string' || value.trim() === '' || byId.has(value)) continue;
		const url = caseLink(each.intezer_case_url, address);
		byId.set(value, { name: entryName(each), value, ...(url === undefined ? {} : { url }) });
	}
	return [...byId.values()];
}

/** Such as `Suspicious PowerShell on FIN-WKS-0231 (High, In Progress)`. */
function entryName({ case_title: title, case_priority: priority, case_status: status }: Case) {
	const state = [priority, status].map(words).filter((each) => each !== '');
	const name = printable(title) || 'Case without a title';
	return state.length === 0 ? name : `${name} (${state.join(', ')})`;
}

function words(value: IDataObject[string]): string {
	return printable(value).replace(/(^|_)([a-z])/g, (_match, gap: string, letter: string) => {
		return (gap === '' ? '' : ' ') + letter.toUpperCase();
	});
}

/**
 * Text of the service on one line, at most 100 characters: without control characters, nor those that turn the
 * direction of what follows.
 */
function printable(value: IDataObject[string]): string {
	if (typeof value !== 'string') return '';
	const characters = Array.from(value.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim());
	if (characters.length <= LONGEST_TITLE) return characters.join('');
	return `${characters
		.slice(0, LONGEST_TITLE - 1)
		.join('')
		.trimEnd()}…`;
}

/** A case's own link, where it leads to the host of the credential and nowhere else. */
function caseLink(value: IDataObject[string], address: Address): string | undefined {
	if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value)) {
		return undefined;
	}
	const { host, href, username, password } = new URL(value);
	if (username !== '' || password !== '') return undefined;
	return host === new URL(serviceOrigin(address)).host ? href : undefined;
}

import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { caseIdOf } from '../../intezer/caseId';
import { addressOf, serviceOrigin, type Address } from '../../intezer/http/address';
import { IntezerClient } from '../../intezer/client';
import { IntezerError } from '../../intezer/http/errors';
import { CAPPED_COUNT } from '../../intezer/search/pages/cappedCount';
import type { Case, SearchQuery } from '../../intezer/types';
import { nodeError } from '../../n8n/errors/nodeError';
import { printableText } from '../../n8n/errors/printableText';
import { titleCase } from '../../n8n/titleCase';
import { withLabels } from './caseFieldLabels';

/** The editor loads the next page as the user scrolls. */
const PAGE_SIZE = 50;
/** Shorter than for an execution: the user waits while the list loads. */
const TIMEOUT_MS = 20_000;

/**
 * The list of the parameter 'Case': cases that match what the user typed, the most recently modified first.
 *
 * @param filter free text from the user
 * @param paginationToken the offset of the page, as returned with the previous page
 * @throws NodeApiError, NodeOperationError
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
		const client = new IntezerClient(this, { deadline: Date.now() + TIMEOUT_MS });
		const query: SearchQuery = { payload, sort_by: 'modification_time' };
		const page = await client.searchPage(query, offset, PAGE_SIZE).catch((error: unknown) => {
			if (offset > 0 && isBadRequest(error)) return undefined;
			throw error;
		});
		// Some services page no further than 10,000 cases: the list ends there, and the user searches by text.
		if (page === undefined) return { results: [] };
		const { cases, casesCount = Infinity } = page;
		const next = offset + cases.length;
		const isLast = cases.length === 0 || (next >= casesCount && casesCount !== CAPPED_COUNT);
		return {
			results: entries(cases, address),
			...(isLast ? {} : { paginationToken: String(next) }),
		};
	} catch (error) {
		throw nodeError(this.getNode(), error, { withLabels });
	}
}

function isBadRequest(error: unknown): boolean {
	return error instanceof IntezerError && error.kind === 'badRequest';
}

function offsetOf(token: unknown): number {
	const offset = Number(token ?? 0);
	return Number.isSafeInteger(offset) && offset > 0 ? offset : 0;
}

/** One entry for each case with an ID, without duplicates. */
function entries(cases: Case[], address: Address): INodeListSearchItems[] {
	const byId = new Map<string, INodeListSearchItems>();
	for (const each of cases) {
		const value = caseIdOf(each)?.trim() ?? '';
		if (value === '' || byId.has(value)) continue;
		const url = caseLink(each.intezer_case_url, address);
		byId.set(value, { name: entryName(each), value, ...(url === undefined ? {} : { url }) });
	}
	return [...byId.values()];
}

/** Such as `Suspicious PowerShell on FIN-WKS-0231 (High, In Progress)`. */
function entryName({ case_title: title, case_priority: priority, case_status: status }: Case) {
	const state = [priority, status]
		.map((value) => titleCase(printableText(value)))
		.filter((each) => each !== '');
	const name = printableText(title) || 'Untitled case';
	return state.length === 0 ? name : `${name} (${state.join(', ')})`;
}

/** The case's link, if it points to the host of the credential. */
function caseLink(value: IDataObject[string], address: Address): string | undefined {
	if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value)) {
		return undefined;
	}
	const { host, href, username, password } = new URL(value);
	if (username !== '' || password !== '') return undefined;
	return host === new URL(serviceOrigin(address)).host ? href : undefined;
}

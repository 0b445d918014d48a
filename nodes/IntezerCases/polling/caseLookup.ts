import type { IDataObject } from 'n8n-workflow';

import { caseIdOf } from '../../intezer/caseId';
import type { Case, CaseSearcher, SearchPage, SearchQuery } from '../../intezer/types';
import { caseKey } from './caseHash';
import { isExhausted } from './exhausted';
import { PAGE_SIZE } from './window/timeWindow';

/** Asks the service about cases by their ids. */
export class CaseLookup {
	constructor(
		private readonly service: CaseSearcher,
		/** How many ids the service accepts in a request; undefined while it has refused no list. */
		public maxIds?: number,
	) {}

	/** Which of some cases match now. Returns them by key, as the service has them now. @throws IntezerError */
	async fetchMatching(payload: IDataObject, cases: readonly Case[]): Promise<Map<string, Case>> {
		const matching = new Map<string, Case>();
		let ids = cases.map(caseIdOf).filter((id) => id !== undefined);
		while (ids.length > 0) {
			const requested = ids.slice(0, this.maxIds ?? PAGE_SIZE);
			const page = await this.fetchPage(payload, requested);
			if (page === undefined) continue;
			for (const found of page.cases) matching.set(caseKey(found), found);
			ids = [...withoutRoom(requested, page), ...ids.slice(requested.length)];
		}
		return matching;
	}

	/** Undefined if the list of ids is too long. Some services refuse it with any status code. */
	private async fetchPage(payload: IDataObject, ids: string[]): Promise<SearchPage | undefined> {
		const page = await this.service
			.searchPage(queryOf(payload, ids), 0, PAGE_SIZE)
			.catch((error: unknown) => {
				if (ids.length === 1 || isExhausted(error)) throw error;
				return undefined;
			});
		if (page !== undefined) return page;
		const shorter = Math.ceil(ids.length / 2);
		// Unless one id is accepted, something else is wrong.
		if (this.maxIds === undefined) {
			await this.service
				.searchPage(queryOf(payload, ids.slice(0, 1)), 0, 1)
				.catch((error: unknown) => {
					// The next poll must not end here as well.
					if (isExhausted(error)) this.maxIds = shorter;
					throw error;
				});
		}
		this.maxIds = shorter;
		return undefined;
	}
}

function queryOf(payload: IDataObject, ids: string[]): SearchQuery {
	return {
		payload: { ...payload, case_ids: ids },
		search_mode: 'and',
		sort_by: 'creation_time',
	};
}

/** The ids whose cases may match, but did not fit into the page. */
function withoutRoom(ids: string[], { cases, casesCount = Infinity }: SearchPage): string[] {
	const shown = new Set(cases.map(caseIdOf));
	const rest = ids.filter((id) => !shown.has(id));
	const isComplete = cases.length < PAGE_SIZE && shown.size >= casesCount;
	return isComplete || rest.length === ids.length ? [] : rest;
}

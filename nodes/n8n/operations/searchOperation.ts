import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { IntezerClient } from '../../intezer/client';
import { countMatching } from '../../intezer/search/countMatching';
import type { Entry, SearchTarget } from '../../intezer/search/searchTarget';
import { searchHistory, type SearchExtent } from '../../intezer/search/searchHistory';
import type { SearchQuery } from '../../intezer/types';
import type { EntryNouns } from '../entryNouns';
import { ParameterError } from '../parameterValues';
import { additionalFields, readAdditionalFields } from '../parameters/additionalFields';
import { countOnly, readCountOnly } from '../parameters/countOnly';
import { emptyFilters, readEmptyFilters } from '../parameters/emptyFilters';
import { limit, readLimit } from '../parameters/limit';
import { maxConcurrency } from '../parameters/maxConcurrency';
import { offset, readOffset } from '../parameters/offset';
import { pageSize, readPageSize } from '../parameters/pageSize';
import { readReturnAll, returnAll } from '../parameters/returnAll';
import { readSimplify, simplify } from '../parameters/simplify';
import { readWhenIncomplete, whenIncomplete } from '../parameters/whenIncomplete';
import { readWhenNothingFound, whenNothingFound } from '../parameters/whenNothingFound';
import type { Operation, OperationInput, OperationResult } from './operation';
import {
	hintOf,
	incompleteError,
	nothingFoundError,
	shortfallOf,
	shortfallOfCount,
	type Shortfall,
} from './searchResult';

/** What is searched, and how. */
export interface SearchedHistory {
	option: Operation['option'];
	texts: EntryNouns;
	/** The parameter 'Filters', and notices about it. */
	filters: INodeProperties[];
	/** Options in addition to those that every search has. */
	options: INodeProperties[];
	searchTargetOf(client: IntezerClient): SearchTarget;
	/** @throws ParameterError */
	readQuery(n8n: IExecuteFunctions, itemIndex: number, options: IDataObject): QueryReading;
	simplify(entry: Entry, additionalPaths: readonly string[]): IDataObject;
}

/** What filters and options ask for. */
export interface QueryReading {
	query: SearchQuery;
	/** The filters whose expression is empty, such as `'Case IDs'`: without them, the search finds something other than what the user wants. */
	emptyExpressions: string[];
}

/** The operation that searches, or counts what matches. */
export function searchOperation(searched: SearchedHistory): Operation {
	const { option, texts, filters, options } = searched;
	const allOptions = [
		...options,
		additionalFields(texts),
		countOnly(texts),
		emptyFilters(texts),
		maxConcurrency,
		offset(texts),
		pageSize(texts),
		whenIncomplete(texts),
		whenNothingFound(texts),
	];
	const properties: INodeProperties[] = [
		returnAll,
		limit,
		...filters,
		simplify,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: allOptions.sort((a, b) => a.displayName.localeCompare(b.displayName)),
		},
	];
	return { option, properties, run: async (input) => await run(input, searched) };
}

async function run(input: OperationInput, searched: SearchedHistory): Promise<OperationResult> {
	const { n8n, client, itemIndex, signal } = input;
	const { texts } = searched;
	const options = n8n.getNodeParameter('options', itemIndex, {});
	const isCountOnly = readCountOnly(options.countOnly);
	const isAll = !isCountOnly && readReturnAll(n8n.getNodeParameter('returnAll', itemIndex, false));
	const isSimple = !isCountOnly && readSimplify(n8n.getNodeParameter('simplify', itemIndex, true));
	const hasLimit = !isCountOnly && !isAll;
	const extent: SearchExtent = {
		offset: readOffset(options.offset),
		pageSize: readPageSize(options.pageSize),
		limit: hasLimit ? readLimit(n8n.getNodeParameter('limit', itemIndex)) : Infinity,
	};
	const paths = readAdditionalFields(options.additionalFields, texts);
	const whenEmpty = readEmptyFilters(options.emptyFilters);
	const ifIncomplete = readWhenIncomplete(options.whenIncomplete, isAll);
	const ifNothingFound = readWhenNothingFound(options.whenNothingFound);
	const { query, emptyExpressions } = searched.readQuery(n8n, itemIndex, options);

	const [emptyExpression] = emptyExpressions;
	if (emptyExpression !== undefined && whenEmpty === 'noItems') return { items: [] };
	if (emptyExpression !== undefined && whenEmpty === 'fail') {
		throw new ParameterError(
			`The expression in the filter ${emptyExpression} returned no value`,
			`Correct the expression, or set the option 'Empty Filters' to ignore the filter or return no items. Without this filter, the search could return the wrong ${texts.plural}.`,
		);
	}
	if (isCountOnly) return await count(input, searched, query, ifIncomplete);
	const outcome = await searchHistory(searched.searchTargetOf(client), query, extent, signal);
	const shortfall = shortfallOf(outcome, extent.limit, texts);
	if (shortfall !== undefined && !outcome.complete) warn(n8n, shortfall);
	if (shortfall !== undefined && ifIncomplete === 'fail') throw incompleteError(shortfall, texts);
	const items = outcome.entries;
	if (items.length === 0 && ifNothingFound === 'fail') {
		throw nothingFoundError(extent.offset, texts);
	}
	if (isSimple) {
		// In place: keeping 200,000 entries in both forms would take twice the memory.
		for (const [index, found] of items.entries()) items[index] = searched.simplify(found, paths);
	}
	return { items, hint: shortfall && hintOf(shortfall) };
}

async function count(
	{ n8n, client, signal }: OperationInput,
	{ searchTargetOf, texts }: SearchedHistory,
	query: SearchQuery,
	ifIncomplete: ReturnType<typeof readWhenIncomplete>,
): Promise<OperationResult> {
	const counted = await countMatching(searchTargetOf(client), query, signal);
	const items = [{ [`${texts.plural}_count`]: counted.count }];
	if (!counted.isAtLeast) return { items };
	const shortfall = shortfallOfCount(counted.count, texts);
	warn(n8n, shortfall);
	if (ifIncomplete === 'fail') throw incompleteError(shortfall, texts);
	return { items, hint: hintOf(shortfall) };
}

/** Nobody sees the hint of a scheduled run. */
function warn({ logger }: IExecuteFunctions, { message }: Shortfall): void {
	logger.warn(`Intezer: ${message}`);
}

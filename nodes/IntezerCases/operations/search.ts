import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { caseHistory } from '../../intezer/search/caseHistory';
import { countMatching } from '../../intezer/search/countMatching';
import { simplifyCase } from '../../intezer/simplifyCase';
import { searchHistory, type SearchExtent } from '../../intezer/search/searchHistory';
import type { SearchQuery } from '../../intezer/types';
import { ParameterError } from '../../n8n/parameterValues';
import { additionalFields, readAdditionalFields } from '../parameters/additionalFields';
import { allowUnknownValues, readAllowUnknownValues } from '../parameters/allowUnknownValues';
import { countOnly, readCountOnly } from '../parameters/countOnly';
import { emptyFilters, readEmptyFilters } from '../parameters/emptyFilters';
import { filters, readFilters } from '../parameters/filters';
import { limit, readLimit } from '../parameters/limit';
import { maxConcurrency } from '../parameters/maxConcurrency';
import { offset, readOffset } from '../parameters/offset';
import { pageSize, readPageSize } from '../parameters/pageSize';
import { readReturnAll, returnAll } from '../parameters/returnAll';
import { readSearchMode, searchMode, searchModeNotice } from '../parameters/searchMode';
import { readSimplify, simplify } from '../parameters/simplify';
import { readSortBy, sortBy } from '../parameters/sortBy';
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

const properties: INodeProperties[] = [
	returnAll,
	limit,
	filters,
	searchModeNotice,
	simplify,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			allowUnknownValues,
			countOnly,
			emptyFilters,
			additionalFields,
			maxConcurrency,
			offset,
			pageSize,
			searchMode,
			sortBy,
			whenIncomplete,
			whenNothingFound,
		],
	},
];

export const search: Operation = {
	option: {
		name: 'Search History',
		value: 'search',
		action: 'Search or count cases',
		description: 'Find the cases that match your filters, or count them',
	},
	properties,
	run,
};

async function run(input: OperationInput): Promise<OperationResult> {
	const { n8n, client, itemIndex, signal } = input;
	const options = n8n.getNodeParameter('options', itemIndex, {});
	const extent = readExtent(n8n, itemIndex, options);
	const isSimple = readSimplify(n8n.getNodeParameter('simplify', itemIndex, true));
	const paths = readAdditionalFields(options.additionalFields);
	const isCountOnly = readCountOnly(options.countOnly);
	const whenEmpty = readEmptyFilters(options.emptyFilters);
	const ifIncomplete = readWhenIncomplete(options.whenIncomplete, extent.limit === Infinity);
	const ifNothingFound = readWhenNothingFound(options.whenNothingFound);
	const { query, emptyExpression } = readQuery(n8n, itemIndex, options);

	if (emptyExpression !== undefined && whenEmpty === 'noItems') return { items: [] };
	if (emptyExpression !== undefined && whenEmpty === 'fail') {
		throw new ParameterError(
			`The expression in the filter '${emptyExpression}' returned no value`,
			"Correct the expression, or set the option 'Empty Filters' to ignore the filter or return no items. Without this filter, more cases would match.",
		);
	}
	if (isCountOnly) return await count(input, query, ifIncomplete);
	const outcome = await searchHistory(caseHistory(client), query, extent, signal);
	const shortfall = shortfallOf(outcome, extent.limit);
	if (shortfall !== undefined && !outcome.complete) warn(n8n, shortfall);
	if (shortfall !== undefined && ifIncomplete === 'fail') throw incompleteError(shortfall);
	if (outcome.entries.length === 0 && ifNothingFound === 'fail')
		throw nothingFoundError(extent.offset);
	const items = outcome.entries;
	if (isSimple) {
		// In place: keeping 200,000 cases in both forms would take twice the memory.
		for (const [index, found] of items.entries()) items[index] = simplifyCase(found, paths);
	}
	return { items, hint: shortfall && hintOf(shortfall) };
}

async function count(
	{ n8n, client, signal }: OperationInput,
	query: SearchQuery,
	ifIncomplete: ReturnType<typeof readWhenIncomplete>,
): Promise<OperationResult> {
	const counted = await countMatching(caseHistory(client), query, signal);
	const items = [{ cases_count: counted.count }];
	if (!counted.isAtLeast) return { items };
	const shortfall = shortfallOfCount(counted.count);
	warn(n8n, shortfall);
	if (ifIncomplete === 'fail') throw incompleteError(shortfall);
	return { items, hint: hintOf(shortfall) };
}

/** Nobody sees the hint of a scheduled run. */
function warn({ logger }: IExecuteFunctions, { message }: Shortfall): void {
	logger.warn(`Intezer: ${message}`);
}

function readExtent(n8n: IExecuteFunctions, itemIndex: number, options: IDataObject): SearchExtent {
	const isAll = readReturnAll(n8n.getNodeParameter('returnAll', itemIndex, false));
	return {
		offset: readOffset(options.offset),
		pageSize: readPageSize(options.pageSize),
		limit: isAll ? Infinity : readLimit(n8n.getNodeParameter('limit', itemIndex)),
	};
}

function readQuery(
	n8n: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): { query: SearchQuery; emptyExpression: string | undefined } {
	const { payload, emptyExpressions } = readFilters(
		n8n.getNodeParameter('filters', itemIndex, {}),
		n8n.getNode().parameters.filters,
		{
			timeZone: n8n.getTimezone(),
			now: Date.now() / 1000,
			allowUnknownValues: readAllowUnknownValues(options.allowUnknownValues),
		},
	);
	const mode = readSearchMode(options.searchMode);
	const order = readSortBy(options.sortBy);
	return {
		query: {
			payload,
			...(mode === undefined ? {} : { search_mode: mode }),
			...(order === undefined ? {} : { sort_by: order }),
		},
		emptyExpression: emptyExpressions[0],
	};
}

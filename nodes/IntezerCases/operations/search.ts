import {
	updateDisplayOptions,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
	type NodeExecutionHint,
} from 'n8n-workflow';

import { allowUnknownValues, filters } from '../parameters/filters';
import { readFilters } from '../parameters/filterValues';
import {
	readBoolean,
	isBlank,
	readChoice,
	ParameterError,
	readWholeNumber,
} from '../../n8n/parameterValues';
import { searchNotices } from '../parameters/searchNotices';
import { additionalFields, additionalPaths, simplify } from '../parameters/simplify';
import { optionsFromValues } from '../../n8n/optionsFromValues';
import { simplifyCase } from '../../intezer/simplifyCase';
import { searchHistory, type SearchExtent, type SearchOutcome } from '../../intezer/search/search';
import { SEARCH_MODES, SORT_FIELDS, type SearchQuery } from '../../intezer/types';
import { maxConcurrency } from '../parameters/maxConcurrency';
import type { Run, RunResult } from './operation';
import { RecurringSearch } from './recurringSearch';

const DEFAULT_PAGE_SIZE = 100;
const EMPTY_FILTER_CHOICES = ['fail', 'ignore', 'noItems'] as const;

const properties: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
	filters,
	...searchNotices,
	simplify,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			additionalFields,
			allowUnknownValues,
			{
				displayName: 'Count Only',
				name: 'countOnly',
				type: 'boolean',
				default: false,
				description:
					'Whether to return only the true number of all matching cases, as cases_count. The cases themselves, up to a limit, do not tell how many more match.',
			},
			{
				displayName: 'Empty Filters',
				name: 'emptyFilters',
				type: 'options',
				options: [
					{
						name: 'Fail',
						value: 'fail',
						description: 'Stop with an error: without the filter every case would match',
					},
					{
						name: 'Ignore the Filter',
						value: 'ignore',
						description: 'Search without it',
					},
					{
						name: 'Return No Items',
						value: 'noItems',
						description: 'Do not search',
					},
				],
				default: 'fail',
				description: 'What to do when the expression of a filter comes out empty',
			},
			maxConcurrency,
			{
				displayName: 'Offset',
				name: 'offset',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 0,
				description: 'How many of the first matching cases to leave out',
			},
			{
				displayName: 'Page Size',
				name: 'pageSize',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: DEFAULT_PAGE_SIZE,
				description: 'How many cases to ask for at a time. Intezer may give fewer.',
			},
			{
				displayName: 'Search Mode',
				name: 'searchMode',
				type: 'options',
				options: [
					{
						name: 'All Filters Match',
						value: 'and',
						description: 'Only cases that every filter lets through',
					},
					{
						name: 'Any Filter Matches',
						value: 'or',
						description: 'Cases that at least one filter lets through',
					},
				],
				default: 'and',
				description: 'How several filters are combined',
			},
			{
				displayName: 'Sort By',
				name: 'sortBy',
				type: 'options',
				options: optionsFromValues(SORT_FIELDS),
				default: 'creation_time',
				description: 'What Intezer sorts the cases by, newest or largest first',
			},
		],
	},
];

export const description = updateDisplayOptions(
	{ show: { resource: ['case'], operation: ['search'] } },
	properties,
);

/** Search History: an item for each case found, or one with their number. */
export async function run({ n8n, client, itemIndex }: Run): Promise<RunResult> {
	const options = n8n.getNodeParameter('options', itemIndex, {});
	const extent = readExtent(n8n, itemIndex, options);
	const simple = readBoolean(
		n8n.getNodeParameter('simplify', itemIndex, true),
		simplify.displayName,
	);
	const paths = additionalPaths(options.additionalFields);
	const countOnly = readBoolean(options.countOnly, 'Count Only');
	const whenEmpty =
		readChoice(options.emptyFilters, 'Empty Filters', EMPTY_FILTER_CHOICES) ?? 'fail';
	const { query, cameOutEmpty } = readQuery(n8n, itemIndex, options);

	if (cameOutEmpty !== undefined && whenEmpty === 'noItems') return { items: [] };
	if (cameOutEmpty !== undefined && whenEmpty === 'fail') {
		throw new ParameterError(
			`The filter '${cameOutEmpty}' came out empty; without it every case would match`,
			"Correct its expression, or choose what to do then in the option 'Empty Filters'.",
		);
	}
	if (countOnly) return { items: [{ cases_count: await client.countCases(query) }] };
	const recurring = new RecurringSearch(n8n.getNode(), query, extent.offset);
	const expected = recurring.takeExpectation();
	const outcome = await searchHistory(client, query, { ...extent, expected });
	recurring.leaveExpectation(outcome.expectable);
	const items = outcome.cases;
	if (simple) {
		// In place: 200,000 cases in both forms at once would take twice the memory.
		for (const [index, found] of items.entries()) items[index] = simplifyCase(found, paths);
	}
	return { items, hint: shortfall(outcome, extent.limit) };
}

function readExtent(n8n: IExecuteFunctions, itemIndex: number, options: IDataObject): SearchExtent {
	const { offset, pageSize } = options;
	const all = readBoolean(n8n.getNodeParameter('returnAll', itemIndex, false), 'Return All');
	return {
		offset: isBlank(offset) ? 0 : readWholeNumber(offset, 'Offset', 0),
		pageSize: isBlank(pageSize) ? DEFAULT_PAGE_SIZE : readWholeNumber(pageSize, 'Page Size', 1),
		limit: all ? Infinity : readWholeNumber(n8n.getNodeParameter('limit', itemIndex), 'Limit', 1),
	};
}

function readQuery(
	n8n: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): { query: SearchQuery; cameOutEmpty: string | undefined } {
	const { payload, emptyExpressions } = readFilters(
		n8n.getNodeParameter('filters', itemIndex, {}),
		n8n.getNode().parameters.filters,
		{
			timeZone: n8n.getTimezone(),
			now: Date.now() / 1000,
			allowUnknownValues: readBoolean(options.allowUnknownValues, allowUnknownValues.displayName),
		},
	);
	const searchMode = readChoice(options.searchMode, 'Search Mode', SEARCH_MODES);
	const sortBy = readChoice(options.sortBy, 'Sort By', SORT_FIELDS);
	return {
		query: {
			payload,
			...(searchMode === undefined ? {} : { search_mode: searchMode }),
			...(sortBy === undefined ? {} : { sort_by: sortBy }),
		},
		cameOutEmpty: emptyExpressions[0],
	};
}

/** Tells a user that there is more than the items show, or that there may be. */
function shortfall(
	{ cases, matching = 0, complete }: SearchOutcome,
	limit: number,
): NodeExecutionHint | undefined {
	const given = cases.length.toLocaleString('en-US');
	const counts =
		matching > cases.length
			? `Returned ${given} of ${matching.toLocaleString('en-US')} matching cases.`
			: `Returned ${given} cases.`;
	if (cases.length >= limit && matching > cases.length) {
		return hint(`${counts} Turn on 'Return All' to get them all.`);
	}
	if (complete) return undefined;
	return hint(
		`${counts} The history changed faster than it could be read, so cases may be missing: run again, or narrow the filters.`,
	);
}

function hint(message: string): NodeExecutionHint {
	return { message, location: 'outputPane' };
}

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { caseSearchTarget } from '../../intezer/search/caseSearchTarget';
import { simplifyCase } from '../../intezer/simplifyCase';
import { CASE_NOUNS } from '../../n8n/entryNouns';
import { searchOperation, type QueryReading } from '../../n8n/operations/searchOperation';
import { allowUnknownValues, readAllowUnknownValues } from '../parameters/allowUnknownValues';
import { filters, readFilters } from '../parameters/filters';
import { readSearchMode, searchMode, searchModeNotice } from '../parameters/searchMode';
import { readSortBy, sortBy } from '../parameters/sortBy';

export const search = searchOperation({
	option: {
		name: 'Search History',
		value: 'search',
		action: 'Search or count cases',
		description: 'Find the cases that match your filters, or count them',
	},
	texts: CASE_NOUNS,
	filters: [filters, searchModeNotice],
	options: [allowUnknownValues, searchMode, sortBy],
	searchTargetOf: caseSearchTarget,
	readQuery,
	simplify: simplifyCase,
});

function readQuery(n8n: IExecuteFunctions, itemIndex: number, options: IDataObject): QueryReading {
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
		emptyExpressions,
	};
}

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { alertSearchTarget } from '../../intezer/search/alertSearchTarget';
import { simplifyAlert } from '../../intezer/simplifyAlert';
import { ALERT_NOUNS } from '../../n8n/entryNouns';
import { searchOperation, type QueryReading } from '../../n8n/operations/searchOperation';
import { filters, readFilters } from '../parameters/filters';
import { readSortBy, readSortOrder, sortByParameter, sortOrderParameter } from '../parameters/sort';

export const search = searchOperation({
	option: {
		name: 'Search History',
		value: 'search',
		action: 'Search or count alerts',
		description: 'Find the alerts that match your filters, or count them',
	},
	texts: ALERT_NOUNS,
	filters: [filters],
	options: [sortByParameter, sortOrderParameter],
	searchTargetOf: (client) => alertSearchTarget(client.alerts, client.maxConcurrency),
	readQuery,
	simplify: simplifyAlert,
});

function readQuery(n8n: IExecuteFunctions, itemIndex: number, options: IDataObject): QueryReading {
	const { payload, emptyExpressions } = readFilters(
		n8n.getNodeParameter('filters', itemIndex, {}),
		n8n.getNode().parameters.filters,
		n8n.getTimezone(),
	);
	const sortBy = readSortBy(options.sortBy);
	const sortOrder = readSortOrder(options.sortOrder);
	return {
		query: {
			payload: {
				...payload,
				...(sortBy === undefined ? {} : { sort_by: [sortBy.toUpperCase()] }),
				...(sortOrder === undefined ? {} : { sort_order: sortOrder }),
			},
		},
		emptyExpressions,
	};
}

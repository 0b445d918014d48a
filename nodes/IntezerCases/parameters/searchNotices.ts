import type { INodeProperties } from 'n8n-workflow';

/** What a user would not guess of a search, shown in the editor where it applies. */
export const searchNotices: INodeProperties[] = [
	{
		displayName:
			'With Search Mode on Any Filter Matches, a time range narrows nothing: like every other filter, it lets more cases in',
		name: 'anyFilterNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { '/options.searchMode': ['or'] } },
	},
	{
		displayName:
			'With Empty Filters on Ignore the Filter, an expression that comes out empty lets every case match that the other filters let through',
		name: 'ignoredFilterNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { '/options.emptyFilters': ['ignore'] } },
	},
	{
		displayName:
			'With Count Only, the output is one number: Return All, Limit and Simplify have no effect',
		name: 'countOnlyNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { '/options.countOnly': [true] } },
	},
];

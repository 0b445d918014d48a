export const SORTS = [
	'creation_time',
	'alerts_count',
	'modification_time',
	'last_attached_alert_time',
] as const;

/** A point that the documentation leaves open. */
interface Point {
	readonly title: string;
	/** What the package does because of a value, which is `unknown` if the probe could not tell. */
	readonly path: (value: string) => string;
}

const always = (text: string) => () => text;
const LEARNED_FROM_COUNTS =
	'Each such search learns it from the counts, and is exact with either meaning.';
const sort = (name: string): Point => ({
	title: `Sort by ${name}`,
	path: always("Results keep the service's order; nothing depends on it."),
});

/** Every point, in the order of the report. */
export const POINTS = {
	caseId: {
		title: 'Case id',
		path: always('Ids are compared as text, and requests contain them as text.'),
	},
	times: {
		title: 'Times of a case',
		path: (value) =>
			value === 'none'
				? 'The trigger works with the time ranges of its searches alone.'
				: 'The trigger reads times in any of these forms, and works without them.',
	},
	pageCap: {
		title: 'Cases per page',
		path: always('The next page starts after the cases that were received, whatever the limit.'),
	},
	offsetWindow: {
		title: 'Window of offset + limit',
		path: (value) =>
			value.startsWith('none')
				? 'A search reads pages to the end.'
				: 'Beyond a window, a search excludes the cases that it has, or is cut by creation time.',
	},
	offsetBeyondEnd: {
		title: 'Offset beyond the end',
		path: (value) =>
			value === 'refused'
				? 'A refused offset does not fail a search that has every case.'
				: 'An empty page ends the reading.',
	},
	countCap: {
		title: 'Cap of cases_count',
		path: (value) =>
			/^\d+$/.test(value)
				? 'A count at the cap is checked: Count Only adds up slices of time.'
				: 'Counts are used as received; exactly 10,000 is checked.',
	},
	'sort.creation_time': sort('creation_time'),
	'sort.alerts_count': sort('alerts_count'),
	'sort.modification_time': sort('modification_time'),
	'sort.last_attached_alert_time': sort('last_attached_alert_time'),
	rangeEnds: {
		title: 'Ends of a time range',
		path: always('Neighboring slices of time overlap, so no case falls between them.'),
	},
	orTimeRange: { title: 'Any Filter Matches: time range', path: always(LEARNED_FROM_COUNTS) },
	orExclusion: { title: 'Any Filter Matches: exclusion', path: always(LEARNED_FROM_COUNTS) },
	bodyLimit: { title: 'Longest body', path: pathOfLimit },
	exclusionLimit: { title: 'Longest exclusion', path: pathOfLimit },
	invalidSearch: {
		title: 'Invalid search',
		path: (value) =>
			value.includes('message')
				? 'The error quotes the reasons that the service gives.'
				: 'The error names the request, without a reason of the service.',
	},
	missingCase: {
		title: 'Missing case',
		path: (value) =>
			value.startsWith('404')
				? 'Get Case reports "Case not found".'
				: 'Get Case reports the status that the service returned.',
	},
	accounts: {
		title: 'List of accounts',
		path: (value) =>
			value === 'listed'
				? 'Assigned accounts can be selected by name.'
				: 'The list of accounts says that it is refused; ids and expressions still work.',
	},
	repeatedCounts: {
		title: 'The same count again',
		path: (value) =>
			value === 'go back and forth'
				? 'The trigger confirms that a case left the filters, and looks at it again.'
				: 'Nothing special; copies of the data up to 5 minutes apart are expected anyway.',
	},
	latency: {
		title: 'Latency',
		path: always('A poll that runs out of time leaves the rest to the next one.'),
	},
	clock: {
		title: 'Clock (Date header)',
		path: always('The trigger allows for clocks that differ, and for a missing header.'),
	},
	quota: {
		title: 'Rate limit',
		path: always('Requests slow down after a 429 and stay below the pace that was refused.'),
	},
} satisfies Record<string, Point>;

export type PointId = keyof typeof POINTS;

/** Every point with its id. */
export const ALL_POINTS = Object.entries(POINTS) as ReadonlyArray<readonly [PointId, Point]>;

function pathOfLimit(value: string): string {
	return value.startsWith('at least') || value === 'unknown'
		? 'A search proves that it is complete by excluding the cases that it has.'
		: 'Where the list of excluded ids gets too long, the search is cut by creation time.';
}

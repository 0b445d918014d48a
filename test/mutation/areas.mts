/** What `npm run mutate -- <name>` changes, and the tests that should notice. */
export interface MutationArea {
	name: string;
	/** Globs of the files to change. */
	mutate: readonly string[];
	/** Test files, below test/ and without `.test.mts`. Each of them runs for each mutant, so the quick ones. */
	tests: readonly string[];
}

export const AREAS: readonly MutationArea[] = [
	{
		name: 'throttle',
		mutate: ['nodes/intezer/http/{throttle,adaptiveLimit,sharedThrottles}.ts'],
		tests: ['unit/intezer/throttle', 'unit/intezer/client'],
	},
	{
		name: 'retry',
		mutate: ['nodes/intezer/http/{retryPolicy,retryingClient,pause}.ts'],
		tests: ['unit/intezer/retryPolicy', 'unit/intezer/retries', 'unit/intezer/client'],
	},
	{
		name: 'token',
		mutate: ['nodes/intezer/http/{auth/*,authenticatedClient,address}.ts'],
		tests: [
			'unit/intezer/bearerToken',
			'unit/intezer/caseAddress',
			'unit/intezer/client',
			'unit/intezer/keyExchange',
			'unit/intezer/renewal',
		],
	},
	{
		name: 'parameters',
		mutate: [
			'nodes/n8n/{parameterValues,timeValues,readObject,parameters/*}.ts',
			'nodes/{IntezerCases,IntezerAlerts}/parameters/*.ts',
			'nodes/IntezerCases/trigger/parameters/*.ts',
		],
		tests: [
			'engine/accounts',
			'engine/alertEmail',
			'engine/alertFilters',
			'engine/alertGet',
			'engine/alertGetMany',
			'engine/alertSearch',
			'engine/badInput',
			'engine/filters',
			'engine/get',
			'engine/locator',
			'engine/outcomes',
			'engine/search',
			'engine/trigger',
		],
	},
	{
		name: 'search',
		mutate: ['nodes/intezer/search/*.ts'],
		tests: [
			'unit/intezer/alertSearch',
			'unit/intezer/countMatching',
			'unit/intezer/search',
			'unit/intezer/searchSchedules',
		],
	},
	{
		name: 'polling',
		mutate: ['nodes/IntezerCases/polling/*.ts'],
		tests: [
			'unit/polling/baseline',
			'unit/polling/backlog',
			'unit/polling/createdWithin',
			'unit/polling/events',
			'unit/polling/progress',
			'unit/polling/state',
		],
	},
];

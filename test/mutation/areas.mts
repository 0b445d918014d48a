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
		tests: ['unit/intezer/retryPolicy', 'unit/intezer/retries'],
	},
	{
		name: 'address',
		mutate: ['nodes/intezer/http/{address,auth/{addBearerToken,keyExchange}}.ts'],
		tests: ['unit/intezer/bearerToken', 'unit/intezer/caseAddress', 'unit/intezer/keyExchange'],
	},
	{
		name: 'token',
		mutate: [
			'nodes/intezer/http/{authenticatedClient,auth/{exchangeLimits,sessionToken,tokenRenewal}}.ts',
		],
		tests: ['unit/intezer/bearerToken', 'unit/intezer/renewal'],
	},
	{
		name: 'values',
		mutate: ['nodes/n8n/{parameterValues,readObject}.ts'],
		tests: ['unit/parameters/values'],
	},
	{
		name: 'times',
		mutate: ['nodes/n8n/timeValues.ts'],
		tests: ['unit/parameters/times'],
	},
	{
		name: 'parameters',
		mutate: ['nodes/n8n/parameters/*.ts'],
		tests: ['unit/parameters/bothNodes'],
	},
	{
		name: 'case-parameters',
		mutate: ['nodes/IntezerCases/parameters/!(list*).ts'],
		tests: ['unit/parameters/cases'],
	},
	{
		name: 'case-lists',
		mutate: ['nodes/IntezerCases/parameters/list*.ts'],
		tests: ['unit/parameters/lists'],
	},
	{
		name: 'alert-parameters',
		mutate: ['nodes/IntezerAlerts/parameters/*.ts'],
		tests: ['unit/parameters/alerts'],
	},
	{
		name: 'trigger-parameters',
		mutate: ['nodes/IntezerCases/trigger/parameters/*.ts'],
		tests: ['unit/parameters/trigger'],
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

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
		mutate: ['nodes/intezer/http/{throttle,waitingTasks,adaptiveLimit,sharedThrottles}.ts'],
		tests: ['unit/intezer/throttle', 'unit/intezer/client'],
	},
	{
		name: 'retry',
		mutate: ['nodes/intezer/http/{retryPolicy,retryingClient}.ts'],
		tests: ['unit/intezer/retryPolicy', 'unit/intezer/retries'],
	},
	{
		name: 'signals',
		mutate: ['nodes/intezer/http/{anySignal,onAbort,pause}.ts'],
		tests: ['unit/intezer/signals'],
	},
	{
		name: 'address',
		mutate: ['nodes/intezer/http/{address,auth/{addBearerToken,keyExchange}}.ts'],
		tests: ['unit/intezer/bearerToken', 'unit/intezer/caseAddress', 'unit/intezer/keyExchange'],
	},
	{
		name: 'token',
		mutate: [
			'nodes/intezer/http/{authenticatedClient,sendOnce,timeLimits,auth/{exchangeLimits,sessionToken,tokenRenewal}}.ts',
		],
		tests: ['unit/intezer/bearerToken', 'unit/intezer/renewal', 'unit/intezer/timeLimits'],
	},
	{
		name: 'failures',
		mutate: ['nodes/intezer/http/{errors,mayBeTooLong,refusalReasons}.ts'],
		tests: [
			'unit/intezer/refusal',
			'unit/intezer/bearerToken',
			'unit/intezer/caseAddress',
			'unit/intezer/keyExchange',
			'unit/intezer/retryPolicy',
		],
	},
	{
		name: 'calls',
		mutate: ['nodes/intezer/http/{apiCaller,cancelSignal,requestLog,safeRequestOptions}.ts'],
		tests: ['unit/intezer/bearerToken', 'unit/intezer/client', 'unit/intezer/retries'],
	},
	{
		name: 'files',
		mutate: ['nodes/intezer/http/{download,multipart}.ts'],
		tests: ['unit/intezer/download', 'unit/intezer/multipart'],
	},
	{
		name: 'values',
		mutate: ['nodes/n8n/{parameterValues,collectionValue}.ts'],
		tests: ['unit/parameters/values'],
	},
	{
		name: 'times',
		mutate: ['nodes/n8n/timeValues.ts', 'nodes/intezer/receivedTime.ts'],
		tests: ['unit/parameters/times', 'unit/intezer/receivedTime'],
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
		name: 'search-split',
		mutate: ['nodes/intezer/search/**/splitSlice.ts'],
		tests: ['unit/intezer/splitSlice'],
	},
	{
		name: 'search-slices',
		mutate: ['nodes/intezer/search/**/{matchWithinRange,timeRange,timeSlices}.ts'],
		tests: ['unit/intezer/matchWithinRange', 'unit/intezer/timeSlices'],
	},
	{
		name: 'search-stable',
		mutate: ['nodes/intezer/search/**/readUntilStable.ts'],
		tests: ['unit/intezer/readUntilStable', 'unit/intezer/timeSlices'],
	},
	{
		name: 'search-pages',
		mutate: ['nodes/intezer/search/**/{pageFetcher,partialPage,readPages}.ts'],
		tests: ['unit/intezer/pageFetcher', 'unit/intezer/readPages'],
	},
	{
		name: 'search-exclusion',
		mutate: ['nodes/intezer/search/**/fetchExcludingIds.ts'],
		tests: ['unit/intezer/fetchExcludingIds'],
	},
	{
		name: 'search-scopes',
		mutate: [
			'nodes/intezer/search/**/{alertSearchTarget,fetchFromOtherScopes,findByExclusion,scopes}.ts',
		],
		tests: ['unit/intezer/findByExclusion', 'unit/intezer/findByExclusionOrSlices'],
	},
	{
		name: 'search-exclusion-or-slices',
		mutate: ['nodes/intezer/search/**/findByExclusionOrSlices.ts'],
		tests: ['unit/intezer/findByExclusionOrSlices'],
	},
	{
		name: 'search-any',
		mutate: ['nodes/intezer/search/**/{countsMore,readEachFilter,searchMode}.ts'],
		tests: ['unit/intezer/anyFilter'],
	},
	{
		name: 'search-history',
		mutate: [
			'nodes/intezer/search/**/{beyondLastMatch,cappedCount,caseSearchTarget,searchHistory}.ts',
		],
		tests: ['unit/intezer/searchHistory'],
	},
	{
		name: 'search-count',
		mutate: ['nodes/intezer/search/**/countMatching.ts'],
		tests: ['unit/intezer/countMatching'],
	},
	{
		name: 'search-found',
		mutate: ['nodes/intezer/search/**/foundEntries.ts'],
		tests: ['unit/intezer/foundEntries'],
	},
	{
		name: 'poll-state',
		mutate: [
			'nodes/IntezerCases/polling/**/{state,windowPart,windowPosition,matchingSet,seenHashes,sightings}.ts',
		],
		tests: [
			'unit/polling/savedState',
			'unit/polling/windowPart',
			'unit/polling/matchingSet',
			'unit/polling/seenHashes',
			'unit/polling/sightings',
		],
	},
	{
		name: 'poll-time',
		mutate: ['nodes/IntezerCases/polling/**/{cursor,timeWindow,findPartEnd}.ts'],
		tests: ['unit/polling/cursor', 'unit/polling/timeWindow', 'unit/polling/findPartEnd'],
	},
	{
		name: 'poll-cases',
		mutate: [
			'nodes/IntezerCases/polling/**/{caseHash,eventId,matchesFilters,latestCase,latestEvents}.ts',
		],
		tests: [
			'unit/polling/caseHash',
			'unit/polling/eventId',
			'unit/polling/matchesFilters',
			'unit/polling/latestCase',
			'unit/polling/latestEvents',
		],
	},
	{
		name: 'poll-lookup',
		mutate: ['nodes/IntezerCases/polling/**/{caseLookup,createdWithin,findTooOld}.ts'],
		tests: ['unit/polling/caseLookup', 'unit/polling/creationRange', 'unit/polling/findTooOld'],
	},
	{
		name: 'poll-window',
		mutate: [
			'nodes/IntezerCases/polling/**/{exhausted,readWindow,readWindowPages,readWindowAtOnce}.ts',
		],
		tests: ['unit/polling/readWindow', 'unit/polling/readWindowPages'],
	},
	{
		name: 'poll-events',
		mutate: [
			'nodes/IntezerCases/polling/**/{events,findEvents,matchEvaluation,openWindow,pollMatching,tooManyMatching}.ts',
		],
		tests: [
			'unit/polling/requests',
			'unit/polling/repeats',
			'unit/polling/limits',
			'unit/polling/lateCases',
			'unit/polling/slowStart',
		],
	},
	{
		name: 'poll-time-window',
		mutate: ['nodes/IntezerCases/polling/pollTimeWindow.ts'],
		tests: [
			'unit/polling/requests',
			'unit/polling/repeats',
			'unit/polling/limits',
			'unit/polling/backlog',
			'unit/polling/progress',
		],
	},
	{
		name: 'poll-baseline',
		mutate: ['nodes/IntezerCases/polling/matching/{baseline,baselineReading,matchingRecorder}.ts'],
		tests: [
			'unit/polling/baseline',
			'unit/polling/createdWithin',
			'unit/polling/slowStart',
			'unit/polling/requests',
			'unit/polling/lateCases',
		],
	},
];

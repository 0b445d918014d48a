// The architecture, as rules on imports: `npm run lint` checks them. Types count as imports too.
// CONTRIBUTING.md ("Project layout") says what each folder is for.

const PRODUCT = '^(nodes|credentials)/';

/** What each part of the product may import from this repository, besides its own files. */
const LAYERS = [
	{
		part: 'face',
		comment: 'A node class only puts operations, parameters and the trigger together.',
		from: '^nodes/(Intezer\\w+)/[^/]+$',
		to: ['^nodes/$1/(operations|trigger|parameters)/', '^nodes/(n8n|intezer)/'],
	},
	{
		part: 'operations',
		comment: 'An operation knows parameters, n8n and Intezer, and nothing of the trigger.',
		from: '^nodes/(Intezer\\w+)/operations/',
		to: ['^nodes/$1/parameters/', '^nodes/(n8n|intezer|processState)/'],
	},
	{
		part: 'trigger',
		comment: 'The trigger runs polls in n8n; it knows nothing of the operations.',
		from: '^nodes/IntezerCases/trigger/',
		to: ['^nodes/IntezerCases/(polling|parameters)/', '^nodes/(n8n|intezer|processState)/'],
	},
	{
		part: 'polling',
		comment:
			'Polling decides what is an event from the service and the state: it knows nothing of n8n.',
		from: '^nodes/IntezerCases/polling/',
		to: ['^nodes/intezer/'],
	},
	{
		part: 'parameters',
		comment:
			'A parameter reads its value through n8n; operations and trigger use it, not the reverse.',
		from: '^nodes/(Intezer\\w+)/parameters/',
		to: ['^nodes/(n8n|intezer|processState)/'],
	},
	{
		part: 'n8n',
		comment: 'What all nodes share towards n8n knows no node.',
		from: '^nodes/n8n/',
		to: ['^nodes/(intezer|processState)/'],
	},
	{
		part: 'intezer',
		comment: 'The service is the lowest part: it knows no node, no parameter and no editor.',
		from: '^nodes/intezer/',
		to: ['^nodes/processState/'],
	},
	{
		part: 'processState',
		comment: 'The containers for state of the process know nothing of what they hold.',
		from: '^nodes/processState/',
		to: [],
	},
	{
		part: 'credentials',
		comment: 'The credential talks to Intezer and reports errors as n8n shows them.',
		from: '^credentials/',
		to: ['^nodes/(intezer|n8n)/'],
	},
];

const layerRules = LAYERS.map(({ part, comment, from, to }) => ({
	name: `${part}-imports-downward`,
	comment,
	severity: 'error',
	from: { path: from },
	// $1 is the node that imports: nodes share through nodes/n8n and nodes/intezer alone.
	to: { path: PRODUCT, pathNot: [from.replace('(Intezer\\w+)', '$1'), ...to] },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
	forbidden: [
		...layerRules,
		{
			name: 'polling-runs-without-n8n',
			comment: 'Of n8n, polling may know types alone.',
			severity: 'error',
			from: { path: '^nodes/IntezerCases/polling/' },
			to: { path: 'node_modules/n8n-', dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'no-runtime-dependency',
			comment:
				'n8n installs the package alone: at run time there are only n8n-workflow, crypto and its own package.json.',
			severity: 'error',
			from: { path: PRODUCT },
			to: {
				pathNot: [PRODUCT, '^package\\.json$', '^(node:)?crypto$', 'node_modules/n8n-workflow/'],
				dependencyTypesNot: ['type-only'],
			},
		},
		{
			name: 'product-knows-no-tools',
			comment: 'Tests and tools use the product; the product knows none of them.',
			severity: 'error',
			from: { path: PRODUCT },
			to: { path: '^(test|tools|demo|bench)/' },
		},
		{
			name: 'tools-know-no-tests',
			comment: 'Tests, demo and benchmark share tools/. What they share must not lie in test/.',
			severity: 'error',
			from: { path: '^(tools|demo|bench)/' },
			to: { path: '^test/' },
		},
		{
			name: 'tools-know-no-demo',
			comment:
				'The simulator and the n8n host do not know who uses them. tools/rateLimitModels runs the throttle itself.',
			severity: 'error',
			from: { path: '^tools/', pathNot: '^tools/rateLimitModels/' },
			to: { path: '^(demo|bench|nodes|credentials)/' },
		},
		{
			name: 'tools-are-apart',
			comment: 'The simulated Intezer and the n8n host are two tools, neither part of the other.',
			severity: 'error',
			from: { path: '^tools/([^/]+)/' },
			to: { path: '^tools/', pathNot: '^tools/$1/' },
		},
		{
			name: 'tests-load-the-built-package',
			comment:
				'Tests above the unit tests see what a user gets, in dist/. Unit tests, and those that ' +
				'compare documents with the code, import nodes/.',
			severity: 'error',
			from: { path: '^test/(e2e|browser|queue|matrix)/' },
			to: { path: PRODUCT },
		},
		{
			name: 'tests-reach-the-credential-through-dist',
			comment: 'The credential has no parts to test alone: tests load it from dist/, as n8n does.',
			severity: 'error',
			from: { path: '^test/' },
			to: { path: '^credentials/' },
		},
		{
			name: 'no-cycle',
			comment: 'Of two files that import each other, neither can be read alone.',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'no-orphan',
			comment: 'A file that imports nothing and that nothing imports is left over.',
			severity: 'error',
			from: {
				orphan: true,
				// A test, a configuration, what jest.config.mjs names, and the types of a package that has none need no importer.
				pathNot: [
					'\\.d\\.mts$',
					'\\.test\\.mts$',
					'^test/quietN8n\\.mts$',
					'/globalTeardown\\.mjs$',
					'^[^/]+\\.(mjs|cjs|js|mts)$',
				],
			},
			to: {},
		},
		{
			name: 'no-unresolved',
			comment: 'An import must lead somewhere.',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true },
		},
	],
	options: {
		doNotFollow: { path: ['node_modules', '^dist/'] },
		tsConfig: { fileName: 'tsconfig.tools.json' },
		tsPreCompilationDeps: true,
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'require', 'node', 'default', 'types'],
		},
		exclude: { path: '^dist/' },
	},
};

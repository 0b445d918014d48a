// The engine tests run what `npm run build` made: the package as n8n loads it.

/** A folder of test/ is a project; the time is what each test and hook may take, unless its file says otherwise. */
const project = (name, timeoutMs, { timeZone, ...more } = {}) => ({
	displayName: name,
	testMatch: [`<rootDir>/test/${name}/**/*.test.mts`],
	moduleFileExtensions: ['mts', 'ts', 'mjs', 'js', 'cjs', 'json', 'node'],
	extensionsToTreatAsEsm: ['.mts', '.ts'],
	transform: {
		'\\.m?ts$': [
			'@swc/jest',
			{
				jsc: {
					parser: { syntax: 'typescript' },
					target: 'es2022',
					// swc drops `with { type: 'json' }` otherwise, and jest warns.
					experimental: { keepImportAttributes: true },
				},
				module: { type: 'es6' },
			},
		],
	},
	moduleNameMapper: { '^(\\.\\./){3}package\\.json$': '<rootDir>/test/packageJson.mts' },
	// May be rebuilt at any time, so jest must not cache it.
	modulePathIgnorePatterns: ['<rootDir>/dist/'],
	globals: { TEST_TIMEOUT_MS: timeoutMs },
	testEnvironment: '<rootDir>/test/fastGlobals.mjs',
	// What a test file put on the global scope goes when it ends, instead of with a warning when something still uses it.
	testEnvironmentOptions: { globalsCleanup: 'on', timeZone },
	setupFiles: ['<rootDir>/test/quietN8n.mts'],
	setupFilesAfterEnv: ['<rootDir>/test/timeout.mts'],
	...more,
});

/** Not that of most services, so that a test notices if a time is read in the time zone of n8n's process. */
const elsewhere = { timeZone: 'America/New_York' };

const packOnce = { globalSetup: '<rootDir>/test/e2e/globalSetup.mjs' };

export default {
	// Otherwise one core fewer, which on two means one file after the other.
	maxWorkers: '100%',
	testSequencer: '<rootDir>/test/longestFirst.mjs',
	projects: [
		project('unit', 60_000, elsewhere),
		project('engine', 60_000, elsewhere),
		project('package', 600_000, { globalSetup: '<rootDir>/test/package/globalSetup.mjs' }),
		project('e2e', 1_200_000, packOnce),
		project('examples', 1_200_000, packOnce),
		project('browser', 600_000, {
			globalSetup: '<rootDir>/test/browser/globalSetup.mjs',
			globalTeardown: '<rootDir>/test/browser/globalTeardown.mjs',
		}),
		project('queue', 1_200_000, { globalSetup: '<rootDir>/test/queue/globalSetup.mjs' }),
	],
};

// The set-up in which Stryker runs jest: like the unit and engine tests, but as one project, which is all that it knows.
import { fileURLToPath } from 'node:url';

import config from '../../jest.config.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [unit] = config.projects;

export default {
	...unit,
	rootDir: here('../..'),
	testEnvironment: here('environment.mjs'),
	setupFiles: [...unit.setupFiles, '<rootDir>/test/mutation/stopAtFirstFailure.mts'],
};

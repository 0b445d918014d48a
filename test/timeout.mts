// jest has one timeout for all projects; this sets each project's own, from jest.config.mjs.
import { jest } from '@jest/globals';

jest.setTimeout(Number(Reflect.get(globalThis, 'TEST_TIMEOUT_MS')));

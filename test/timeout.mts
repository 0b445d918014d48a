// jest knows one timeout for all projects: this sets each one's own, from jest.config.mjs.
import { jest } from '@jest/globals';

jest.setTimeout(Number(Reflect.get(globalThis, 'TEST_TIMEOUT_MS')));

import { jest } from '@jest/globals';

/** What jest replaces with fake timers by default. */
const FAKEABLE = [
	'Date',
	'hrtime',
	'nextTick',
	'performance',
	'queueMicrotask',
	'requestAnimationFrame',
	'cancelAnimationFrame',
	'requestIdleCallback',
	'cancelIdleCallback',
	'setImmediate',
	'clearImmediate',
	'setInterval',
	'clearInterval',
	'setTimeout',
	'clearTimeout',
] as const;

/** Turns on jest's fake timers for these alone: real requests run on the others. */
export function fakeOnly(...names: ReadonlyArray<(typeof FAKEABLE)[number]>): void {
	jest.useFakeTimers({ doNotFake: FAKEABLE.filter((name) => !names.includes(name)) });
}

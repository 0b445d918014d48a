import { EventEmitter, once } from 'node:events';

import type { Simulator } from '../../tools/simulator/simulator.mts';

/** Holds back the response to the next search until `release`. */
export function holdNextSearch(simulator: Simulator): HeldSearch {
	const search = new EventEmitter();
	const isHeld = once(search, 'held');
	const released = once(search, 'released');
	simulator.beforeAnswer(async ({ path }) => {
		if (!path.endsWith('/search')) return;
		simulator.beforeAnswer(undefined);
		search.emit('held');
		await released;
	});
	return { isHeld, release: () => search.emit('released') };
}

interface HeldSearch {
	/** Resolves when the request has arrived. */
	readonly isHeld: Promise<unknown>;
	release(): void;
}

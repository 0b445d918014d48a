import { setTimeout as sleep } from 'node:timers/promises';

interface Waiting {
	/** In milliseconds. */
	timeout?: number;
	/** Between two attempts, in milliseconds. */
	interval?: number;
}

/** Calls `assertion` until it no longer throws. After the timeout, fails with the last thrown error. */
export async function waitFor(
	assertion: () => void | Promise<void>,
	{ timeout = 60_000, interval = 50 }: Waiting = {},
): Promise<void> {
	const end = performance.now() + timeout;
	for (;;) {
		try {
			await assertion();
			return;
		} catch (error) {
			if (performance.now() >= end) throw error;
		}
		await sleep(interval);
	}
}

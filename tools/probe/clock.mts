import { setTimeout as delay } from 'node:timers/promises';

/** Time as the probe sees it; tests move it themselves. */
export interface Clock {
	/** Unix milliseconds. */
	now(): number;
	sleep(milliseconds: number): Promise<void>;
}

export const realClock: Clock = {
	now: () => Date.now(),
	sleep: async (milliseconds) => {
		await delay(milliseconds);
	},
};

import { setTimeout as delay } from 'node:timers/promises';

/** The probe's time; tests move it themselves. */
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

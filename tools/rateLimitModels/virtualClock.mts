import { setImmediate as nextTurn } from 'node:timers/promises';

interface Alarm {
	readonly time: number;
	readonly ring: () => void;
}

/** A clock that jumps from one event to the next, so that an hour of waiting takes no time. In milliseconds. */
export class VirtualClock {
	private time = 0;
	/** The next one comes last. */
	private readonly alarms: Alarm[] = [];

	now(): number {
		return this.time;
	}

	async sleep(milliseconds: number): Promise<void> {
		const time = this.time + Math.max(0, milliseconds);
		await new Promise<void>((ring) => {
			const later = this.alarms.findLastIndex((each) => each.time > time);
			this.alarms.splice(later + 1, 0, { time, ring });
		});
	}

	/** Runs everything that waits for this clock, until the work is done. Fails if nothing is left to wait for. */
	async run<T>(work: Promise<T>): Promise<T> {
		const state = { isDone: false };
		const finished = work.finally(() => (state.isDone = true));
		finished.catch(() => undefined);
		for (;;) {
			await nextTurn();
			if (state.isDone) return await finished;
			const next = this.alarms.at(-1);
			if (next === undefined) throw new Error('Everything waits, and nothing is left to happen.');
			this.time = next.time;
			while (this.alarms.at(-1)?.time === next.time) this.alarms.pop()?.ring();
		}
	}

	/** Moves the clock forward by this much. */
	async advance(milliseconds: number): Promise<void> {
		await this.run(this.sleep(milliseconds));
	}
}

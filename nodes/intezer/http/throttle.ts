import { pause } from './pause';

/** This many successes in a row raise a lowered limit by one. */
const SUCCESSES_TO_RAISE = 10;

/** Permission for one call to send requests, held from the call's start to its end. */
export interface Slot {
	/** The call got a response that shows the limit is not too high. */
	succeeded(): void;
	/**
	 * The service asked for fewer requests: halves the limit, releases the slot, keeps all calls waiting for so many
	 * milliseconds, and acquires a slot again before the calls that have had none.
	 *
	 * @returns false where the throttle was aborted meanwhile; the slot is released then
	 */
	slowDown(milliseconds: number): Promise<boolean>;
	/** Makes room for the next call. May be called again, and after an abort. */
	release(): void;
}

/** Resolves a call that waits: true once it has a slot, false when the throttle is aborted. */
type Waiting = (hasSlot: boolean) => void;

/**
 * Limits the calls in flight, first come, first served. It halves the limit when the service answers that requests are
 * too many (once for all calls in flight at that time) and raises it by one after every ten successes. It starts with one
 * call, until a first success shows that the session token is good, or `open` is called: then the full limit applies,
 * halved as often as the service asked to slow down before.
 */
export class Throttle {
	private limit = 1;
	private isOpen = false;
	private inFlight = 0;
	private pauses = 0;
	private successes = 0;
	/** The number of halvings, so that calls in flight together cause only one. */
	private halvings = 0;
	private queue: Waiting[] = [];

	/**
	 * @param maxConcurrency at least 1
	 * @param signal aborting it ends the wait of all calls; no slot is given after
	 */
	constructor(
		private readonly maxConcurrency: number,
		private readonly signal?: AbortSignal,
	) {
		signal?.addEventListener('abort', () => this.rejectAll(), { once: true });
	}

	/** Waits for a slot. Undefined where the throttle is aborted. */
	async acquire(): Promise<Slot | undefined> {
		return (await this.wait('last')) ? this.newSlot() : undefined;
	}

	/** Applies the full limit: the session token is known to be good. */
	open(): void {
		if (this.isOpen) return;
		this.isOpen = true;
		this.limit = Math.max(1, Math.floor(this.maxConcurrency / 2 ** this.halvings));
		this.giveSlots();
	}

	private async wait(position: 'first' | 'last'): Promise<boolean> {
		if (this.signal?.aborted === true) return false;
		return await new Promise<boolean>((resolve) => {
			if (position === 'first') this.queue.unshift(resolve);
			else this.queue.push(resolve);
			this.giveSlots();
		});
	}

	private newSlot(): Slot {
		let isHeld = true;
		let halvings = this.halvings;
		const release = () => {
			if (isHeld) this.inFlight--;
			isHeld = false;
			this.giveSlots();
		};
		return {
			release,
			succeeded: () => this.countSuccess(),
			slowDown: async (milliseconds) => {
				this.pauses++;
				release();
				if (halvings === this.halvings) this.halve();
				await pause(milliseconds, this.signal);
				this.pauses--;
				isHeld = await this.wait('first');
				halvings = this.halvings;
				return isHeld;
			},
		};
	}

	private giveSlots(): void {
		while (this.pauses === 0 && this.inFlight < this.limit) {
			const next = this.queue.shift();
			if (next === undefined) return;
			this.inFlight++;
			next(true);
		}
	}

	private halve(): void {
		this.limit = Math.max(1, Math.floor(this.limit / 2));
		this.halvings++;
		this.successes = 0;
	}

	private countSuccess(): void {
		this.successes++;
		if (!this.isOpen) {
			this.open();
		} else if (this.limit < this.maxConcurrency && this.successes >= SUCCESSES_TO_RAISE) {
			this.limit++;
			this.successes = 0;
		}
		this.giveSlots();
	}

	private rejectAll(): void {
		const waiting = this.queue;
		this.queue = [];
		for (const resolve of waiting) resolve(false);
	}
}

import { pause } from './pause';

/** So many successes in a row widen a narrowed lane by one. */
const SUCCESSES_TO_WIDEN = 10;

/** A place in the lane, held from the start of a call to its end. */
export interface Turn {
	/** The call got an answer that shows the lane is not too wide. */
	succeeded(): void;
	/**
	 * The service asked for fewer requests: narrows the lane by half, gives the place up, keeps everyone waiting for so
	 * many milliseconds, and takes a place again before those who have had none.
	 *
	 * @returns false where the lane was aborted meanwhile; the place is gone then
	 */
	slowDown(milliseconds: number): Promise<boolean>;
	/** Makes room for the next. May be called again, and after an abort. */
	leave(): void;
}

interface Waiting {
	admit(admitted: boolean): void;
}

/**
 * Lets at most so many calls go on at once, in the order in which they asked. It halves its width when the service
 * says that requests are too many (once for all that were under way together), and widens by one after every ten
 * successes. It starts with one alone, until a first success shows that the session token is good, or it is opened: then
 * it has its full width, halved as often as the service asked for fewer before.
 */
export class Throttle {
	private width = 1;
	private proven = false;
	private held = 0;
	private pauses = 0;
	private successes = 0;
	/** Counts the halvings, so that calls under way together cause one. */
	private halvings = 0;
	private queue: Waiting[] = [];

	/** @param maxWidth at least 1 @param signal aborting it sends away all who wait, and lets nobody in any more */
	constructor(
		private readonly maxWidth: number,
		private readonly signal?: AbortSignal,
	) {
		signal?.addEventListener('abort', () => this.sendAway(), { once: true });
	}

	/** Waits for a place. Undefined where the lane is aborted. */
	async enter(): Promise<Turn | undefined> {
		return (await this.place(false)) ? this.turn() : undefined;
	}

	/** Nobody needs to go alone: the session token is known to be good. */
	open(): void {
		if (this.proven) return;
		this.proven = true;
		this.width = Math.max(1, Math.floor(this.maxWidth / 2 ** this.halvings));
		this.admit();
	}

	private async place(first: boolean): Promise<boolean> {
		if (this.signal?.aborted === true) return false;
		return await new Promise<boolean>((resolve) => {
			const waiting = { admit: resolve };
			if (first) this.queue.unshift(waiting);
			else this.queue.push(waiting);
			this.admit();
		});
	}

	private turn(): Turn {
		let holds = true;
		let halvings = this.halvings;
		const leave = () => {
			if (holds) this.held--;
			holds = false;
			this.admit();
		};
		return {
			leave,
			succeeded: () => this.widen(),
			slowDown: async (milliseconds) => {
				this.pauses++;
				leave();
				if (halvings === this.halvings) this.halve();
				await pause(milliseconds, this.signal);
				this.pauses--;
				holds = await this.place(true);
				halvings = this.halvings;
				return holds;
			},
		};
	}

	private admit(): void {
		while (this.pauses === 0 && this.held < this.width) {
			const next = this.queue.shift();
			if (next === undefined) return;
			this.held++;
			next.admit(true);
		}
	}

	private halve(): void {
		this.width = Math.max(1, Math.floor(this.width / 2));
		this.halvings++;
		this.successes = 0;
	}

	private widen(): void {
		this.successes++;
		if (!this.proven) {
			this.open();
		} else if (this.width < this.maxWidth && this.successes >= SUCCESSES_TO_WIDEN) {
			this.width++;
			this.successes = 0;
		}
		this.admit();
	}

	private sendAway(): void {
		const away = this.queue;
		this.queue = [];
		for (const waiting of away) waiting.admit(false);
	}
}

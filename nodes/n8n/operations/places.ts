/**
 * Limits how many items run in parallel. An item that pauses gives up its place, and gets one back before another item
 * starts.
 */
export class Places {
	private readonly starting: Array<() => void> = [];
	private readonly returning: Array<() => void> = [];

	/** @param free how many items may run in parallel */
	constructor(private free: number) {}

	/** Waits for a place for an item that starts. */
	async take(): Promise<void> {
		await this.waitIn(this.starting);
	}

	release(): void {
		const next = this.returning.shift() ?? this.starting.shift();
		if (next === undefined) this.free++;
		else next();
	}

	/** Releases the place of an item while it pauses, and takes one again, even if the pause fails. */
	async releaseDuring(pause: () => Promise<void>): Promise<void> {
		this.release();
		try {
			await pause();
		} finally {
			await this.waitIn(this.returning);
		}
	}

	private async waitIn(queue: Array<() => void>): Promise<void> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => queue.push(resolve));
	}
}

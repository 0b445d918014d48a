/** Starts a waiting task, or drops it. */
export type WaitingTask = (isStarted: boolean) => void;

/** The waiting tasks of one client, in the order in which they start: first those to be repeated. */
export class WaitingTasks {
	private readonly retries = new Set<WaitingTask>();
	private readonly others = new Set<WaitingTask>();

	get isEmpty(): boolean {
		return this.retries.size + this.others.size === 0;
	}

	add(task: WaitingTask, isRetry: boolean): void {
		(isRetry ? this.retries : this.others).add(task);
	}

	remove(task: WaitingTask): void {
		this.retries.delete(task);
		this.others.delete(task);
	}

	/** Removes the next task; undefined if there is none. */
	takeFirst(): WaitingTask | undefined {
		const [first] = this.retries.size > 0 ? this.retries : this.others;
		if (first !== undefined) this.remove(first);
		return first;
	}
}

import type { Target, Task } from '../workload.mts';

/** A client that gets cases from Intezer. */
export interface Contender {
	/** Does the task and returns the items. An error counts as the run's failure. */
	run(task: Task): Promise<unknown[]>;
}

/** Creates a contender that already has a token. */
export type ContenderFactory = (target: Target) => Promise<Contender>;

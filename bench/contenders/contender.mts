import type { Target, Task } from '../workload.mts';

/** Something that gets cases out of Intezer. */
export interface Contender {
	/** Does the task and returns how many items came. Whatever it throws is the outcome. */
	run(task: Task): Promise<number>;
}

/** Makes a contender that has its token already. */
export type ContenderFactory = (target: Target) => Promise<Contender>;

import { ChildProgram } from './childProgram.mts';
import type { CpuByPart } from './cpuProfile.mts';
import type { Target, Task } from './workload.mts';

/** Contenders that run in a child process. Those in a real n8n run in n8n's process. */
export type ContenderName =
	| 'floor'
	| 'sequential'
	| 'intezerCases'
	| 'intezerCasesAtFive'
	| 'minimal'
	| 'declarative';

export interface ContenderOptions {
	readonly name: ContenderName;
	readonly target: Target;
}

export interface ContenderTask {
	readonly task: Task;
	/** A profiled run is slower: do not use its time. */
	readonly profiled: boolean;
}

/** The result of one run. */
export interface Outcome {
	readonly items: number;
	/** The message of the error, if the run failed. */
	readonly failure?: string;
	readonly seconds: number;
	/** The process's resident set before the run, in bytes. */
	readonly memoryBefore?: number;
	/** The process's peak resident set, in bytes. */
	readonly peakMemory?: number;
	/** What the items take in the heap, in bytes. */
	readonly itemBytes?: number;
	/** CPU time by part of the code, if the run was profiled. */
	readonly cpuByPart?: CpuByPart;
}

/** The program that runs one contender. */
export const contenderProgram = new ChildProgram<ContenderOptions, ContenderTask, Outcome>(
	'./contenderProcess.mts',
);

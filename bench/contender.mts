import { ChildKind } from './child.mts';
import type { CpuByPart } from './profile.mts';
import type { Target, Task } from './workload.mts';

/** Contenders that run in a process of ours; those in a real n8n are in n8n's. */
export type ContenderName = 'floor' | 'sequential' | 'intezerCases' | 'declarative';

export interface ContenderOptions {
	readonly name: ContenderName;
	readonly target: Target;
}

export interface ContenderQuestion {
	readonly task: Task;
	/** A profiled run is slower: its time is not to be used. */
	readonly profiled: boolean;
}

/** What came of one run. */
export interface Outcome {
	readonly items: number;
	/** Why it has no items, in the words of the error. */
	readonly failure?: string;
	readonly seconds: number;
	/** Of the whole process, over the run. */
	readonly cpuSeconds?: number;
	/** The process's resident set before the run, in bytes. */
	readonly memoryBefore?: number;
	/** The most that the process ever held, in bytes. */
	readonly peakMemory?: number;
	/** Where the CPU time went, where that was asked. */
	readonly cpuByPart?: CpuByPart;
}

/** A contender in a process of its own. */
export const contenderProcess = new ChildKind<ContenderOptions, ContenderQuestion, Outcome>(
	'./contenderProcess.mts',
);

import { Session } from 'node:inspector/promises';
import { setImmediate } from 'node:timers/promises';

import { messageOf } from '../tools/n8nHost/hostError.mts';
import { contenderProgram, type ContenderName, type Outcome } from './contenderProgram.mts';
import type { ContenderFactory } from './contenders/contender.mts';
import { peakMemory } from './memory.mts';
import { cpuByPart } from './cpuProfile.mts';
import { FIXED_WIDTH, type Task } from './workload.mts';

/** Each contender loads its own modules only: their memory is part of the measurement. */
const FACTORIES: Record<ContenderName, () => Promise<ContenderFactory>> = {
	floor: async () => {
		const { plainRequests } = await import('./contenders/plain.mts');
		return (target) => plainRequests(target, FIXED_WIDTH);
	},
	sequential: async () => {
		const { plainRequests } = await import('./contenders/plain.mts');
		return (target) => plainRequests(target, 1);
	},
	intezerCases: async () => (await import('./contenders/engine.mts')).intezerCases,
	intezerCasesAtFive: async () => {
		const { intezerCases } = await import('./contenders/engine.mts');
		return (target) => intezerCases(target, FIXED_WIDTH);
	},
	minimal: async () => (await import('./contenders/engine.mts')).minimalCases,
	declarative: async () => (await import('./contenders/engine.mts')).declarativeCases,
};

const { name, target } = contenderProgram.argument;
const contender = await (await FACTORIES[name]())(target);

contenderProgram.serve(({ task, profiled }) => (profiled ? profiledRun(task) : run(task)));

async function run(task: Task): Promise<Outcome> {
	const memoryBefore = process.memoryUsage().rss;
	const start = performance.now();
	const { items, failure } = await contender.run(task).then(
		(found) => ({ items: found, failure: undefined }),
		(error: unknown) => ({ items: [], failure: messageOf(error) }),
	);
	const seconds = (performance.now() - start) / 1000;
	return {
		items: items.length,
		...(failure === undefined ? {} : { failure }),
		seconds,
		memoryBefore,
		peakMemory: peakMemory(),
		...(task.operation === 'searchRaw' ? { itemBytes: await bytesOf(items) } : {}),
	};
}

/** What these items take in the heap: what becomes free when they are dropped. */
async function bytesOf(items: unknown[]): Promise<number> {
	globalThis.gc?.();
	const before = process.memoryUsage().heapUsed;
	items.length = 0;
	// Until the run has returned, n8n's engine holds them too.
	await setImmediate();
	globalThis.gc?.();
	return before - process.memoryUsage().heapUsed;
}

async function profiledRun(task: Task): Promise<Outcome> {
	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.setSamplingInterval', { interval: 200 });
	await session.post('Profiler.start');
	const outcome = await run(task);
	const { profile } = await session.post('Profiler.stop');
	session.disconnect();
	return { ...outcome, cpuByPart: cpuByPart(profile) };
}

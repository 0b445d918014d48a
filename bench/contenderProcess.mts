import { Session } from 'node:inspector/promises';

import { messageOf } from '../tools/n8nHost/hostError.mts';
import { contenderProcess, type ContenderName, type Outcome } from './childContender.mts';
import type { ContenderFactory } from './contenders/contender.mts';
import { peakMemory } from './memory.mts';
import { cpuByPart } from './profile.mts';
import { CONCURRENCY, type Task } from './workload.mts';

/** Each contender loads its own modules only: their memory is part of the measurement. */
const FACTORIES: Record<ContenderName, () => Promise<ContenderFactory>> = {
	floor: async () => {
		const { plainRequests } = await import('./contenders/plain.mts');
		return (target) => plainRequests(target, CONCURRENCY);
	},
	sequential: async () => {
		const { plainRequests } = await import('./contenders/plain.mts');
		return (target) => plainRequests(target, 1);
	},
	intezerCases: async () => (await import('./contenders/engine.mts')).intezerCases,
	declarative: async () => (await import('./contenders/engine.mts')).declarativeCases,
};

const { name, target } = contenderProcess.argument;
const contender = await (await FACTORIES[name]())(target);

contenderProcess.serve(({ task, profiled }) => (profiled ? profiledRun(task) : run(task)));

async function run(task: Task): Promise<Outcome> {
	const memoryBefore = process.memoryUsage().rss;
	const cpuBefore = process.cpuUsage();
	const start = performance.now();
	const result = await contender.run(task).then(
		(items) => ({ items }),
		(error: unknown) => ({ items: 0, failure: messageOf(error) }),
	);
	const seconds = (performance.now() - start) / 1000;
	const { user, system } = process.cpuUsage(cpuBefore);
	return {
		...result,
		seconds,
		cpuSeconds: (user + system) / 1e6,
		memoryBefore,
		peakMemory: peakMemory(),
	};
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

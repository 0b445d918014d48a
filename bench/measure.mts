import { messageOf } from '../tools/n8nHost/hostError.mts';
import type { Child } from './child.mts';
import {
	contenderProcess,
	type ContenderName,
	type ContenderTask,
	type Outcome,
} from './childContender.mts';
import type { Measurement } from './measurement.mts';
import type { CpuByPart } from './profile.mts';
import type { RealN8n } from './realN8n.mts';
import { runName, type MeasuredNode } from './workflows.mts';
import { expectedItems, type History, type Task } from './workload.mts';
import type { Traffic, SimulatedService } from './simulatedService.mts';

interface Run extends Outcome, Traffic {}

/**
 * Runs contenders in turn, `rounds` times, each in a process of its own. Every timed run follows a warm-up, because
 * Node releases the memory of an idle process, and getting it back would count as the contender's time.
 */
export async function measureInProcesses(
	service: SimulatedService,
	names: readonly ContenderName[],
	{ task, warmUp, rounds }: { task: Task; warmUp: Task; rounds: number },
): Promise<Measurement[]> {
	const contenders: { name: ContenderName; child: Child<ContenderTask, Outcome>; runs: Run[] }[] =
		names.map((name) => ({
			name,
			child: contenderProcess.start({ name, target: service }),
			runs: [],
		}));
	// All processes are ready before the first timed run.
	for (const { child } of contenders) await child.request({ task: warmUp, profiled: false });
	for (let round = 0; round < rounds; round++) {
		for (const { child, runs } of contenders) {
			await child.request({ task: warmUp, profiled: false });
			runs.push(await runAndCount(service, child, task));
		}
	}
	for (const { child } of contenders) await child.stop();
	return contenders.map(({ name, runs }) => ({
		contender: name,
		operation: task.operation,
		size: expectedItems(task),
		seconds: runs.map(({ seconds }) => seconds),
		failure: runs.map((run) => failureOf(run, expectedItems(task))).find(Boolean),
		requests: runs.at(-1)?.requests ?? 0,
		mostInFlight: Math.max(...runs.map(({ mostInFlight }) => mostInFlight)),
		peakMemory: runs.at(-1)?.peakMemory,
	}));
}

/** CPU seconds per request by part of the code. */
export async function profileInProcess(
	service: SimulatedService,
	name: ContenderName,
	{ task, warmUp }: { task: Task; warmUp: Task },
): Promise<CpuByPart> {
	const child = contenderProcess.start({ name, target: service });
	await child.request({ task: warmUp, profiled: false });
	await service.traffic();
	const { cpuByPart = {} } = await child.request({ task, profiled: true });
	const { requests } = await service.traffic();
	await child.stop();
	return perRequest(cpuByPart, requests);
}

/** Runs a workflow in a real n8n, and reads the times of its measured nodes. */
export async function measureInN8n(
	service: SimulatedService,
	n8n: RealN8n,
	workflowId: string,
	{ node, history, runs }: { node: MeasuredNode; history: History; runs: number },
): Promise<Measurement> {
	await service.traffic();
	const { nodes, failure, peakMemory } = await n8n.run(workflowId);
	const times = Array.from({ length: runs }, (_, index) => nodes[runName(index + 1)]);
	const last = times.findLast((time) => time !== undefined);
	const { requests, mostInFlight } = await service.traffic(last);
	const expected = node.expectedItems(history);
	return {
		contender: node.contender,
		operation: 'search',
		size: history.cases,
		seconds: times.flatMap((time) => (time === undefined ? [] : [time.milliseconds / 1000])),
		failure:
			failure ??
			times
				.map((time) => (time === undefined ? 'it did not run' : failureOf(time, expected)))
				.find(Boolean),
		requests,
		mostInFlight,
		peakMemory,
	};
}

/** CPU seconds per request by part of the code, for a workflow's first measured node in a real n8n. */
export async function profileInN8n(
	service: SimulatedService,
	n8n: RealN8n,
	workflowId: string,
): Promise<CpuByPart> {
	await service.traffic();
	const { nodes, cpuBetween } = await n8n.run(workflowId, { profiled: true });
	const time = nodes[runName(1)];
	if (time === undefined) throw new Error(`The workflow ${workflowId} did not run.`);
	const { requests } = await service.traffic(time);
	return perRequest(cpuBetween(time), requests);
}

/** One timed run, with the traffic that it caused. */
async function runAndCount(
	service: SimulatedService,
	child: Child<ContenderTask, Outcome>,
	task: Task,
): Promise<Run> {
	await service.traffic();
	const start = performance.now();
	const outcome = await child
		.request({ task, profiled: false })
		.catch((error: unknown): Outcome => {
			return { items: 0, failure: messageOf(error), seconds: (performance.now() - start) / 1000 };
		});
	return { ...outcome, ...(await service.traffic()) };
}

function failureOf(
	{ items, failure }: { items: number; failure?: string },
	expected: number,
): string | undefined {
	if (failure !== undefined) return failure;
	return items === expected ? undefined : `gave ${items} of ${expected}`;
}

function perRequest(cpu: CpuByPart, requests: number): CpuByPart {
	return Object.fromEntries(Object.entries(cpu).map(([part, value]) => [part, value / requests]));
}

import { messageOf } from '../tools/n8nHost/hostError.mts';
import type { Child } from './child.mts';
import {
	contenderProcess,
	type ContenderName,
	type ContenderQuestion,
	type Outcome,
} from './contender.mts';
import type { Measurement } from './measurement.mts';
import type { CpuByPart } from './profile.mts';
import type { RealN8n } from './realN8n.mts';
import { runName, type MeasuredNode } from './workflows.mts';
import { itemsOwed, type History, type Task } from './workload.mts';
import type { Traffic, World } from './simulatedService.mts';

interface Run extends Outcome, Traffic {}

/**
 * Lets contenders do a task in turn, `rounds` times, each in a process of its own that has just warmed up: Node shrinks
 * what an idle process holds, so that waiting for the others would count as well.
 */
export async function measureInProcesses(
	world: World,
	names: readonly ContenderName[],
	{ task, warmUp, rounds }: { task: Task; warmUp: Task; rounds: number },
): Promise<Measurement[]> {
	const lanes: { name: ContenderName; child: Child<ContenderQuestion, Outcome>; runs: Run[] }[] =
		names.map((name) => ({
			name,
			child: contenderProcess.start({ name, target: world }),
			runs: [],
		}));
	// All are there before anybody is timed.
	for (const { child } of lanes) await child.ask({ task: warmUp, profiled: false });
	for (let round = 0; round < rounds; round++) {
		for (const { child, runs } of lanes) {
			await child.ask({ task: warmUp, profiled: false });
			runs.push(await observed(world, child, task));
		}
	}
	for (const { child } of lanes) await child.stop();
	return lanes.map(({ name, runs }) => ({
		contender: name,
		operation: task.operation,
		size: itemsOwed(task),
		seconds: runs.map(({ seconds }) => seconds),
		failure: runs.map((run) => failureOf(run, itemsOwed(task))).find(Boolean),
		requests: runs.at(-1)?.requests ?? 0,
		mostInFlight: Math.max(...runs.map(({ mostInFlight }) => mostInFlight)),
		peakMemory: runs.at(-1)?.peakMemory,
	}));
}

/** Where the CPU time of a task goes, in seconds a request. */
export async function profileInProcess(
	world: World,
	name: ContenderName,
	{ task, warmUp }: { task: Task; warmUp: Task },
): Promise<CpuByPart> {
	const child = contenderProcess.start({ name, target: world });
	await child.ask({ task: warmUp, profiled: false });
	await world.traffic();
	const { cpuByPart = {} } = await child.ask({ task, profiled: true });
	const { requests } = await world.traffic();
	await child.stop();
	return perRequest(cpuByPart, requests);
}

/** Reads the times of a workflow's measured runs, which a real n8n does in one process. */
export async function measureInN8n(
	world: World,
	n8n: RealN8n,
	workflowId: string,
	{ node, history, runs }: { node: MeasuredNode; history: History; runs: number },
): Promise<Measurement> {
	await world.traffic();
	const { nodes, failure, peakMemory } = await n8n.run(workflowId);
	const times = Array.from({ length: runs }, (_, index) => nodes[runName(index + 1)]);
	const last = times.findLast((time) => time !== undefined);
	const { requests, mostInFlight } = await world.traffic(last);
	const owed = node.itemsOwed(history);
	return {
		contender: node.contender,
		operation: 'search',
		size: history.cases,
		seconds: times.flatMap((time) => (time === undefined ? [] : [time.milliseconds / 1000])),
		failure:
			failure ??
			times
				.map((time) => (time === undefined ? 'it did not run' : failureOf(time, owed)))
				.find(Boolean),
		requests,
		mostInFlight,
		peakMemory,
	};
}

/** Where the CPU time of a workflow's first measured run goes in a real n8n, in seconds a request. */
export async function profileInN8n(
	world: World,
	n8n: RealN8n,
	workflowId: string,
): Promise<CpuByPart> {
	await world.traffic();
	const { nodes, cpuBetween } = await n8n.run(workflowId, { profiled: true });
	const time = nodes[runName(1)];
	if (time === undefined) throw new Error(`The workflow ${workflowId} did not run.`);
	const { requests } = await world.traffic(time);
	return perRequest(cpuBetween(time), requests);
}

async function observed(
	world: World,
	child: Child<ContenderQuestion, Outcome>,
	task: Task,
): Promise<Run> {
	await world.traffic();
	const start = performance.now();
	const outcome = await child.ask({ task, profiled: false }).catch((error: unknown): Outcome => {
		return { items: 0, failure: messageOf(error), seconds: (performance.now() - start) / 1000 };
	});
	return { ...outcome, ...(await world.traffic()) };
}

function failureOf(
	{ items, failure }: { items: number; failure?: string },
	owed: number,
): string | undefined {
	if (failure !== undefined) return failure;
	return items === owed ? undefined : `gave ${items} of ${owed}`;
}

function perRequest(cpu: CpuByPart, requests: number): CpuByPart {
	return Object.fromEntries(Object.entries(cpu).map(([part, value]) => [part, value / requests]));
}

import { messageOf } from '../tools/n8nHost/hostError.mts';
import { contenderProgram, type ContenderName, type Outcome } from './contenderProgram.mts';
import type { Measurement } from './measurement.mts';
import type { CpuByPart } from './cpuProfile.mts';
import type { RealN8n } from './realN8n.mts';
import { MEASURED, workflowId, type MeasuredWorkflow } from './workflows.mts';
import { expectedItems, NOTHING, type Task } from './workload.mts';
import type { Traffic, SimulatedService } from './simulatedService.mts';

interface Run extends Outcome, Traffic {}

/** Runs contenders in turn, `rounds` times, each run in a fresh process that has loaded its modules and has a token. */
export async function measureInProcesses(
	service: SimulatedService,
	names: readonly ContenderName[],
	{ task, rounds }: { task: Task; rounds: number },
): Promise<Measurement[]> {
	const runs = names.map((): Run[] => []);
	for (let round = 0; round < rounds; round++) {
		for (const [index, name] of names.entries())
			runs[index]?.push(await runAndCount(service, name, task));
	}
	return names.map((contender, index) => measurementOf(contender, task, runs[index] ?? []));
}

function measurementOf(contender: ContenderName, task: Task, runs: readonly Run[]): Measurement {
	const last = runs.at(-1);
	const size = expectedItems(task);
	return {
		contender,
		operation: task.operation,
		size,
		seconds: runs.map(({ seconds }) => seconds),
		failure: runs.map((run) => failureOf(run, size)).find(Boolean),
		requests: last?.requests ?? 0,
		mostInFlight: Math.max(...runs.map(({ mostInFlight }) => mostInFlight)),
		peakMemory: last?.peakMemory,
		growthPerItemByte: last === undefined ? undefined : growthPerItemByte(last),
	};
}

function growthPerItemByte({ memoryBefore, peakMemory, itemBytes }: Run): number | undefined {
	if (memoryBefore === undefined || peakMemory === undefined || itemBytes === undefined)
		return undefined;
	return (peakMemory - memoryBefore) / itemBytes;
}

/** CPU seconds per request by part of the code. */
export async function profileInProcess(
	service: SimulatedService,
	name: ContenderName,
	task: Task,
): Promise<CpuByPart> {
	const child = contenderProgram.start({ name, target: service });
	await child.request({ task: NOTHING, profiled: false });
	await service.traffic();
	const { cpuByPart = {} } = await child.request({ task, profiled: true });
	const { requests } = await service.traffic();
	await child.stop();
	return perRequest(cpuByPart, requests);
}

/** Runs a workflow in a real n8n, `rounds` times, each in a fresh process, and reads the time of its measured node. */
export async function measureInN8n(
	service: SimulatedService,
	n8n: RealN8n,
	{ node, history }: MeasuredWorkflow,
	rounds: number,
): Promise<Measurement> {
	const expected = node.expectedItems(history);
	const seconds: number[] = [];
	let failure: string | undefined;
	let traffic: Traffic = { requests: 0, mostInFlight: 0 };
	let memory: number | undefined;
	for (let round = 0; round < rounds; round++) {
		await service.traffic();
		const run = await n8n.run(workflowId({ node, history }));
		const time = run.nodes[MEASURED];
		traffic = await service.traffic(time);
		memory = run.peakMemory;
		if (time !== undefined) seconds.push(time.milliseconds / 1000);
		failure ??= run.failure ?? (time === undefined ? 'it did not run' : failureOf(time, expected));
	}
	return {
		contender: node.contender,
		operation: 'search',
		size: history.cases,
		seconds,
		failure,
		...traffic,
		peakMemory: memory,
	};
}

/** CPU seconds per request by part of the code, for a workflow's first measured node in a real n8n. */
export async function profileInN8n(
	service: SimulatedService,
	n8n: RealN8n,
	workflow: MeasuredWorkflow,
): Promise<CpuByPart> {
	await service.traffic();
	const id = workflowId(workflow);
	const { nodes, cpuBetween } = await n8n.run(id, { profiled: true });
	const time = nodes[MEASURED];
	if (time === undefined) throw new Error(`The workflow ${id} did not run.`);
	const { requests } = await service.traffic(time);
	return perRequest(cpuBetween(time), requests);
}

/** One timed run in a fresh process, with the traffic that it caused. */
async function runAndCount(
	service: SimulatedService,
	name: ContenderName,
	task: Task,
): Promise<Run> {
	const child = contenderProgram.start({ name, target: service });
	await child.request({ task: NOTHING, profiled: false });
	await service.traffic();
	const start = performance.now();
	const outcome = await child
		.request({ task, profiled: false })
		.catch((error: unknown): Outcome => {
			return { items: 0, failure: messageOf(error), seconds: (performance.now() - start) / 1000 };
		});
	const traffic = await service.traffic();
	await child.stop();
	return { ...outcome, ...traffic };
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

// The same searches in a real n8n: by this package's node, and by n8n's own HTTP Request node.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { n8nEnvironment } from '../tools/n8nHost/environment.mts';
import { createInstance, type N8nInstance, type Workflow } from '../tools/n8nHost/instance.mts';
import { array, parsedObject, record, text } from '../tools/n8nHost/looseJson.mts';
import type { N8nInstall } from '../tools/n8nHost/n8n.mts';
import { lastMessages, logMessages } from '../tools/n8nHost/n8nLog.mts';
import { freePort } from '../tools/n8nHost/ports.mts';
import type { N8nUsage } from './n8nUsage.mts';
import { cpuByPart, type CpuByPart } from './cpuProfile.mts';
import type { Target } from './workload.mts';

export const CREDENTIAL = { id: 'bench', name: 'bench' };

/** The run of one node, as n8n records it. */
export interface NodeTime {
	readonly items: number;
	/** The message of its error. */
	readonly failure?: string;
	/** Unix milliseconds. */
	readonly startTime: number;
	readonly milliseconds: number;
}

/** The result of a workflow that ran in an n8n process of its own. */
export interface WorkflowRun {
	/** By the node's name; empty if n8n ended without a result. */
	readonly nodes: Readonly<Record<string, NodeTime>>;
	/** The last lines of n8n's log, if it ended without a result. */
	readonly failure?: string;
	/** The process's peak resident set, in bytes. */
	readonly peakMemory?: number;
	/** CPU time by part while a node ran; empty unless the run was profiled. */
	readonly cpuBetween: (period: Pick<NodeTime, 'startTime' | 'milliseconds'>) => CpuByPart;
}

/** Runs workflows with n8n's command line, each in a process of its own. */
export class RealN8n {
	private runs = 0;

	private constructor(
		private readonly install: N8nInstall,
		private readonly instance: N8nInstance,
	) {}

	/** A fresh n8n with the packed package, and a credential for the service. */
	static async create(install: N8nInstall, tarball: string, target: Target): Promise<RealN8n> {
		const instance = await createInstance(install, tarball);
		const { apiKey, url } = target;
		await instance.importCredential({
			...CREDENTIAL,
			data: { apiKey, region: 'custom', baseUrl: url, sessionToken: '' },
		});
		return new RealN8n(install, instance);
	}

	async importWorkflow(...workflows: readonly Workflow[]): Promise<void> {
		await this.instance.importWorkflow(...workflows);
	}

	/** Runs a workflow in a new process. */
	async run(workflowId: string, { profiled = false } = {}): Promise<WorkflowRun> {
		const { userFolder } = this.instance;
		const name = `run-${++this.runs}`;
		const reportPath = join(userFolder, `${name}.json`);
		const environment = {
			...n8nEnvironment({
				version: this.install.version,
				userFolder,
				port: await freePort(),
				brokerPort: await freePort(),
			}),
			NODE_OPTIONS: `--import=${new URL('./n8nUsage.mts', import.meta.url).href}`,
			BENCH_REPORT: reportPath,
			...(profiled ? { BENCH_PROFILE: 'true' } : {}),
		};
		const args = ['execute', `--id=${workflowId}`, '--rawOutput'];
		const job = this.install.run(args, environment, join(userFolder, `${name}.log`));
		const { output } = await job.finished;
		const nodes = printedTimes(output);
		if (nodes === undefined) {
			const failure = `n8n ended without a result: ${lastMessages(output).trim()}`;
			return { nodes: {}, failure, cpuBetween: () => ({}) };
		}
		const report = JSON.parse(await readFile(reportPath, 'utf8')) as N8nUsage;
		return {
			nodes,
			peakMemory: report.peakMemory,
			cpuBetween: ({ startTime, milliseconds }) => {
				if (report.profile === undefined) return {};
				const from = startTime * 1000 - report.profileEpoch;
				return cpuByPart(report.profile, from, from + milliseconds * 1000);
			},
		};
	}

	async remove(): Promise<void> {
		await this.instance.remove();
	}
}

/** Finds the run's data in n8n's output; undefined if there is none. */
function printedTimes(output: string): Record<string, NodeTime> | undefined {
	for (const message of logMessages(output)) {
		const { runData } = record(record(parsedObject(message)?.['data'])['resultData']);
		if (runData === undefined) continue;
		return Object.fromEntries(
			Object.entries(record(runData)).map(([node, runs]) => [node, nodeTime(array(runs)[0])]),
		);
	}
	return undefined;
}

function nodeTime(run: unknown): NodeTime {
	const { startTime, executionTime, data, error } = record(run);
	const failure = text(record(error)['message']);
	return {
		items: array(array(record(data)['main'])[0]).length,
		...(failure === undefined ? {} : { failure }),
		startTime: Number(startTime),
		milliseconds: Number(executionTime),
	};
}

import type { Steps } from '../demo/steps.mts';
import { count } from './formats.mts';
import {
	measureInN8n,
	measureInProcesses,
	profileInN8n,
	profileInProcess,
} from './measureContender.mts';
import { CONTENDERS, type Measurement } from './measurement.mts';
import type { Plan } from './plan.mts';
import type { CpuByPart } from './cpuProfile.mts';
import type { RealN8n } from './realN8n.mts';
import {
	benchWorkflow,
	httpRequestNode,
	intezerCasesAtFiveNode,
	intezerCasesNode,
} from './workflows.mts';
import type { History, Task } from './workload.mts';
import type { SimulatedService } from './simulatedService.mts';
import { measureFairness, measureThrottle, type ThrottleResult } from './throttle.mts';

/** CPU time for Get Case grows evenly with the items: these are enough to profile it. */
const PROFILED_ITEMS = 300;

/** All results of a benchmark. */
export interface Findings {
	readonly measurements: readonly Measurement[];
	/** CPU seconds per request, by the profile's name. */
	readonly cpu: Readonly<Record<string, CpuByPart>>;
	readonly throttle: readonly ThrottleResult[];
	/** When the last of ten executions ends, divided by when the first ends. */
	readonly fairness: number;
}

/** Takes all measurements of a plan, one after the other: parallel ones would slow each other down. */
export async function measureAll(
	steps: Steps,
	plan: Plan,
	service: SimulatedService,
	n8n: RealN8n,
): Promise<Findings> {
	const { small, medium, tenth, large, rounds, fewRounds } = plan;
	const ours = ['floor', 'intezerCases', 'intezerCasesAtFive'] as const;
	const all = [...ours, 'minimal', 'declarative', 'sequential'] as const;
	const get: Task = { operation: 'get', caseIds: service.caseIds };
	const few: Task = { operation: 'get', caseIds: service.caseIds.slice(0, PROFILED_ITEMS) };
	const inProcesses = (title: string, ...rest: Rest<typeof measureInProcesses>) =>
		steps.step(title, () => measureInProcesses(service, ...rest));

	const measurements = [
		...(await inProcesses(title(small), all, { task: search(small), rounds })),
		...(await inProcesses(title(medium), all, { task: search(medium), rounds })),
		...(await inProcesses(title(tenth), ours, { task: search(tenth), rounds })),
		...(await inProcesses(title(large), all, { task: search(large), rounds: 1 })),
		...(await inProcesses(`${title(large)} as received`, ['intezerCases'], {
			task: { operation: 'searchRaw', history: large },
			rounds: 1,
		})),
		...(await inProcesses(`Get Case for ${count(plan.items)} items`, ours, {
			task: get,
			rounds: fewRounds,
		})),
	];
	const workflows = [small, medium, large].flatMap((history) =>
		[intezerCasesNode, intezerCasesAtFiveNode, httpRequestNode].map((node) => ({ node, history })),
	);
	await steps.step('Importing workflows', () =>
		n8n.importWorkflow(...workflows.map((each) => benchWorkflow(each, service))),
	);
	for (const each of workflows) {
		const runs = each.history === large ? 1 : fewRounds;
		const measured = `${title(each.history)}: ${CONTENDERS[each.node.contender]}`;
		measurements.push(await steps.step(measured, () => measureInN8n(service, n8n, each, runs)));
	}

	const profiled = await steps.step('Profiling', async () => ({
		'Search: floor': await profileInProcess(service, 'floor', search(medium)),
		"Search: n8n's engine": await profileInProcess(service, 'intezerCases', search(medium)),
		'Search: real n8n': await profileInN8n(service, n8n, {
			node: intezerCasesNode,
			history: medium,
		}),
		'Get Case: floor': await profileInProcess(service, 'floor', few),
		"Get Case: n8n's engine": await profileInProcess(service, 'intezerCases', few),
	}));
	const throttle = await steps.step('The throttle against models of services', measureThrottle);
	return { measurements, cpu: profiled, throttle, fairness: await measureFairness() };
}

type Rest<F> = F extends (service: SimulatedService, ...rest: infer R) => unknown ? R : never;

function title({ cases }: History): string {
	return `${count(cases)} cases`;
}

function search(history: History): Task {
	return { operation: 'search', history };
}

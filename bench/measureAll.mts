import type { Steps } from '../demo/steps.mts';
import { count } from './figures.mts';
import { measureInN8n, measureInProcesses, profileInN8n, profileInProcess } from './measure.mts';
import { CONTENDERS, type Measurement } from './measurement.mts';
import type { Plan } from './plan.mts';
import type { CpuByPart } from './profile.mts';
import type { RealN8n } from './realN8n.mts';
import {
	benchWorkflow,
	httpRequestNode,
	intezerCasesNode,
	type MeasuredNode,
} from './workflows.mts';
import type { History, Task } from './workload.mts';
import type { SimulatedService } from './simulatedService.mts';

/** CPU time for Get Case grows evenly with the items: these are enough to profile it. */
const PROFILED_ITEMS = 300;

/** All results of a benchmark. */
export interface Findings {
	readonly measurements: readonly Measurement[];
	/** CPU seconds per request, by the profile's name. */
	readonly cpu: Readonly<Record<string, CpuByPart>>;
}

/** Takes all measurements of a plan, one after the other: parallel ones would slow each other down. */
export async function measureAll(
	steps: Steps,
	plan: Plan,
	service: SimulatedService,
	n8n: RealN8n,
): Promise<Findings> {
	const { small, medium, tenth, large, rounds } = plan;
	const quick = ['floor', 'intezerCases'] as const;
	const slow = ['declarative', 'sequential'] as const;
	const warmUp = search(medium);
	const get: Task = { operation: 'get', caseIds: service.caseIds };
	const few: Task = { operation: 'get', caseIds: service.caseIds.slice(0, PROFILED_ITEMS) };
	const inProcesses = (title: string, ...rest: Rest<typeof measureInProcesses>) =>
		steps.step(title, () => measureInProcesses(service, ...rest));
	const cases = ({ cases }: History) => `${count(cases)} cases`;
	/** Slow ones separately, so that the quick ones don't idle in the meantime. */
	const allContenders = async (history: History, runs: number) => {
		const given = { task: search(history), warmUp, rounds: runs };
		return [
			...(await inProcesses(cases(history), quick, given)),
			...(await inProcesses(`${cases(history)}: the slow ones`, slow, given)),
		];
	};

	const measurements = [
		...(await allContenders(small, rounds)),
		...(await allContenders(medium, rounds)),
		...(await inProcesses(cases(tenth), quick, { task: search(tenth), warmUp, rounds })),
		...(await allContenders(large, 1)),
		...(await inProcesses(`Get Case for ${count(plan.items)} items`, quick, {
			task: get,
			warmUp: few,
			rounds: plan.getRounds,
		})),
	];
	const inN8n = [small, medium, large].flatMap((history) =>
		[intezerCasesNode, httpRequestNode].map((node) => ({
			id: workflowId(node, history),
			node,
			history,
			runs: history === large ? 1 : rounds,
		})),
	);
	await steps.step('Importing workflows', () =>
		n8n.importWorkflow(
			...inN8n.map(({ id, node, history, runs }) =>
				benchWorkflow(id, node, service, { warmUp: medium, history, runs }),
			),
		),
	);
	for (const { id, ...measured } of inN8n) {
		const title = `${cases(measured.history)}: ${CONTENDERS[measured.node.contender]}`;
		measurements.push(await steps.step(title, () => measureInN8n(service, n8n, id, measured)));
	}

	const profiled = await steps.step('Profiling', async () => ({
		'Search: floor': await profileInProcess(service, 'floor', { task: search(medium), warmUp }),
		"Search: n8n's engine": await profileInProcess(service, 'intezerCases', {
			task: search(medium),
			warmUp,
		}),
		'Search: real n8n': await profileInN8n(service, n8n, workflowId(intezerCasesNode, medium)),
		'Get Case: floor': await profileInProcess(service, 'floor', { task: few, warmUp: few }),
		"Get Case: n8n's engine": await profileInProcess(service, 'intezerCases', {
			task: few,
			warmUp: few,
		}),
	}));
	return { measurements, cpu: profiled };
}

type Rest<F> = F extends (service: SimulatedService, ...rest: infer R) => unknown ? R : never;

/** n8n allows at most 21 characters. */
function workflowId({ contender }: MeasuredNode, { cases }: History): string {
	return `${contender}-${cases}`.slice(-21);
}

function search(history: History): Task {
	return { operation: 'search', history };
}

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
import type { World } from './simulatedService.mts';

/** CPU time for Get Case is spread evenly: so many items tell it. */
const PROFILED_ITEMS = 300;

/** Everything that a run found out. */
export interface Findings {
	readonly measurements: readonly Measurement[];
	/** CPU seconds a request, by what was profiled. */
	readonly cpu: Readonly<Record<string, CpuByPart>>;
}

/** Measures everything of a plan, one after the other: two at once would measure each other. */
export async function measureAll(
	steps: Steps,
	plan: Plan,
	world: World,
	n8n: RealN8n,
): Promise<Findings> {
	const { small, medium, tenth, large, rounds } = plan;
	const quick = ['floor', 'intezerCases'] as const;
	const slow = ['declarative', 'sequential'] as const;
	const warmUp = search(medium);
	const get: Task = { operation: 'get', caseIds: world.caseIds };
	const few: Task = { operation: 'get', caseIds: world.caseIds.slice(0, PROFILED_ITEMS) };
	const inProcesses = (title: string, ...rest: Rest<typeof measureInProcesses>) =>
		steps.step(title, () => measureInProcesses(world, ...rest));
	const cases = ({ cases }: History) => `${count(cases)} cases`;
	/** Apart, so that the quick ones do not idle for as long as the slow ones take. */
	const everybody = async (history: History, runs: number) => {
		const given = { task: search(history), warmUp, rounds: runs };
		return [
			...(await inProcesses(cases(history), quick, given)),
			...(await inProcesses(`${cases(history)}: the slow ones`, slow, given)),
		];
	};

	const measurements = [
		...(await everybody(small, rounds)),
		...(await everybody(medium, rounds)),
		...(await inProcesses(cases(tenth), quick, { task: search(tenth), warmUp, rounds })),
		...(await everybody(large, 1)),
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
				benchWorkflow(id, node, world, { warmUp: medium, history, runs }),
			),
		),
	);
	for (const { id, ...measured } of inN8n) {
		const title = `${cases(measured.history)}: ${CONTENDERS[measured.node.contender]}`;
		measurements.push(await steps.step(title, () => measureInN8n(world, n8n, id, measured)));
	}

	const profiled = await steps.step('Profiling', async () => ({
		'Search: floor': await profileInProcess(world, 'floor', { task: search(medium), warmUp }),
		"Search: n8n's engine": await profileInProcess(world, 'intezerCases', {
			task: search(medium),
			warmUp,
		}),
		'Search: real n8n': await profileInN8n(world, n8n, workflowId(intezerCasesNode, medium)),
		'Get Case: floor': await profileInProcess(world, 'floor', { task: few, warmUp: few }),
		"Get Case: n8n's engine": await profileInProcess(world, 'intezerCases', {
			task: few,
			warmUp: few,
		}),
	}));
	return { measurements, cpu: profiled };
}

type Rest<F> = F extends (world: World, ...rest: infer R) => unknown ? R : never;

/** n8n wants no more than 21 characters. */
function workflowId({ contender }: MeasuredNode, { cases }: History): string {
	return `${contender}-${cases}`.slice(-21);
}

function search(history: History): Task {
	return { operation: 'search', history };
}

import type { Steps } from '../demo/steps.mts';
import { count } from './figures.mts';
import { measureInN8n, measureInProcesses, profileInN8n, profileInProcess } from './measure.mts';
import type { Measurement } from './measurement.mts';
import type { Plan } from './plan.mts';
import type { CpuByPart } from './profile.mts';
import type { RealN8n } from './realN8n.mts';
import { benchWorkflow, httpRequestNode, intezerCasesNode } from './workflows.mts';
import type { History, Task } from './workload.mts';
import type { World } from './world.mts';

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
	const everybody = ['floor', 'intezerCases', 'declarative', 'sequential'] as const;
	const pair = ['floor', 'intezerCases'] as const;
	const warmUp = search(small);
	const get: Task = { operation: 'get', caseIds: world.caseIds };
	const few: Task = { operation: 'get', caseIds: world.caseIds.slice(0, PROFILED_ITEMS) };
	const inProcesses = (title: string, ...rest: Rest<typeof measureInProcesses>) =>
		steps.step(title, () => measureInProcesses(world, ...rest));
	const cases = ({ cases }: History) => `${count(cases)} cases`;

	const measurements = [
		...(await inProcesses(cases(small), everybody, { task: search(small), warmUp, rounds })),
		...(await inProcesses(cases(medium), everybody, { task: search(medium), warmUp, rounds })),
		...(await inProcesses(cases(tenth), pair, { task: search(tenth), warmUp, rounds })),
		...(await inProcesses(cases(large), everybody, { task: search(large), warmUp, rounds: 1 })),
		...(await inProcesses(`Get Case for ${count(plan.items)} items`, pair, {
			task: get,
			warmUp: few,
			rounds: plan.getRounds,
		})),
	];
	for (const history of [small, medium, large]) {
		const runs = history === large ? 1 : rounds;
		for (const node of [intezerCasesNode, httpRequestNode]) {
			const id = `${node.contender}-${history.cases}`.slice(-21);
			await n8n.importWorkflow(benchWorkflow(id, node, world, { warmUp: small, history, runs }));
			measurements.push(
				await steps.step(`${cases(history)} in a real n8n: ${node.contender}`, () =>
					measureInN8n(world, n8n, id, { node, history, runs }),
				),
			);
		}
	}

	const profiled = await steps.step('Profiling', async () => ({
		'Search: floor': await profileInProcess(world, 'floor', { task: search(medium), warmUp }),
		"Search: n8n's engine": await profileInProcess(world, 'intezerCases', {
			task: search(medium),
			warmUp,
		}),
		'Search: real n8n': await profileSearchInN8n(world, n8n, { warmUp: small, history: medium }),
		'Get Case: floor': await profileInProcess(world, 'floor', { task: few, warmUp: few }),
		"Get Case: n8n's engine": await profileInProcess(world, 'intezerCases', {
			task: few,
			warmUp: few,
		}),
	}));
	return { measurements, cpu: profiled };
}

type Rest<F> = F extends (world: World, ...rest: infer R) => unknown ? R : never;

function search(history: History): Task {
	return { operation: 'search', history };
}

async function profileSearchInN8n(
	world: World,
	n8n: RealN8n,
	{ warmUp, history }: { warmUp: History; history: History },
): Promise<CpuByPart> {
	const id = 'profile';
	await n8n.importWorkflow(
		benchWorkflow(id, intezerCasesNode, world, { warmUp, history, runs: 1 }),
	);
	return await profileInN8n(world, n8n, id);
}

import type { Findings } from './measureAll.mts';
import { count, percent, times } from './formats.mts';
import { CONTENDERS, Measurements, type ContenderId } from './measurement.mts';
import type { Plan } from './plan.mts';

/** A goal for the node, and the measured value. */
export interface Figure {
	readonly what: string;
	readonly goal: string;
	readonly measured: string;
	/** Undefined: not measured. */
	readonly reached: boolean | undefined;
}

/** Compares the measurements with the goals. */
export function figuresOf({ measurements, throttle, fairness }: Findings, plan: Plan): Figure[] {
	const { medium, tenth, large, items } = plan;
	const all = new Measurements(measurements);
	const searches = (first: ContenderId, second: ContenderId) =>
		all.ratio(all.of(first, 'search', medium.cases), all.of(second, 'search', medium.cases));
	const cases = `${count(medium.cases)} cases`;
	const faster = (peer: ContenderId, ours: ContenderId, goal: number): Figure =>
		atLeast(
			`${cases}: ${CONTENDERS[peer]}, divided by ${CONTENDERS[ours]}`,
			goal,
			searches(peer, ours),
		);
	return [
		atMost(
			`${cases}: the node with Max Concurrency 5, divided by the floor`,
			1.12,
			searches('intezerCasesAtFive', 'floor'),
		),
		atMost(
			`${cases}: the node with Max Concurrency 5, divided by a node that only sends requests`,
			1.12,
			searches('intezerCasesAtFive', 'minimal'),
		),
		faster('sequential', 'intezerCasesAtFive', 4),
		faster('declarative', 'intezerCasesAtFive', 4),
		faster('httpRequestInN8n', 'intezerCasesAtFiveInN8n', 4),
		faster('sequential', 'intezerCases', 8),
		faster('declarative', 'intezerCases', 8),
		faster('httpRequestInN8n', 'intezerCasesInN8n', 8),
		atMost(
			`${cases}: the node by default, divided by the node with Max Concurrency 5`,
			0.5,
			searches('intezerCases', 'intezerCasesAtFive'),
		),
		atMost(
			`the node's time for ${count(large.cases)} cases, divided by that for ${count(tenth.cases)}`,
			11,
			all.ratio(
				all.of('intezerCases', 'search', large.cases),
				all.of('intezerCases', 'search', tenth.cases),
			),
		),
		atMost(
			`${count(large.cases)} cases as received: how much the process grows, divided by what the items take`,
			1.6,
			all.of('intezerCases', 'searchRaw', large.cases)?.growthPerItemByte,
		),
		atMost(
			`Get Case for ${count(items)} items: the node with Max Concurrency 5, divided by the floor`,
			1.15,
			all.ratio(all.of('intezerCasesAtFive', 'get', items), all.of('floor', 'get', items)),
		),
		...throttle.flatMap(({ service, seconds, bestSeconds, refusedShare }) => [
			atMost(
				`500 pages from a service with ${service}: the throttle, divided by the best fixed width`,
				1.3,
				seconds / bestSeconds,
			),
			{
				what: `500 pages from a service with ${service}: refused after the first 100 requests`,
				goal: 'at most 5 %',
				measured: percent(refusedShare),
				reached: refusedShare <= 0.05,
			},
		]),
		atMost('Ten executions at once: the last one to end, divided by the first', 1.1, fairness),
	];
}

function atMost(what: string, goal: number, value: number | undefined): Figure {
	const reached = value === undefined ? undefined : value <= goal;
	return { what, goal: `at most ${goal} times`, measured: times(value), reached };
}

function atLeast(what: string, goal: number, value: number | undefined): Figure {
	const reached = value === undefined ? undefined : value >= goal;
	return { what, goal: `at least ${goal} times`, measured: times(value), reached };
}

import { median, type ContenderId, type Measurements, type Operation } from './measurement.mts';
import type { Plan } from './plan.mts';

/** A goal for the node, and the measured value. */
export interface Figure {
	readonly what: string;
	readonly goal: string;
	readonly measured: string;
	/** Undefined: not measured. */
	readonly reached: boolean | undefined;
}

const MEGABYTE = 1_000_000;

/** Compares the measurements with the goals. */
export function figuresOf(all: Measurements, plan: Plan): Figure[] {
	const { medium, tenth, large, items } = plan;
	const compare = (
		[ours, theirs]: readonly [ContenderId, ContenderId],
		operation: Operation,
		size: number,
	) => all.ratio(all.of(ours, operation, size), all.of(theirs, operation, size));
	const atMost = (what: string, goal: number, value: number | undefined): Figure => ({
		what,
		goal: `at most ${goal} times`,
		measured: times(value),
		reached: value === undefined ? undefined : value <= goal,
	});
	const faster = (peer: ContenderId, ours: ContenderId, what: string): Figure => {
		const value = compare([peer, ours], 'search', medium.cases);
		return {
			what: `${count(medium.cases)} cases: ${what}`,
			goal: 'at least 4 times',
			measured: times(value),
			reached: value === undefined ? undefined : value >= 4,
		};
	};
	const memory = all.of('intezerCases', 'search', large.cases)?.peakMemory;
	return [
		atMost(
			`${count(medium.cases)} cases: the node's time divided by the floor's`,
			1.15,
			compare(['intezerCases', 'floor'], 'search', medium.cases),
		),
		faster('sequential', 'intezerCases', "one request after the other, divided by the node's time"),
		faster('declarative', 'intezerCases', "the declarative node's time divided by the node's"),
		faster(
			'httpRequestInN8n',
			'intezerCasesInN8n',
			"HTTP Request's time divided by the node's, both in a real n8n",
		),
		atMost(
			`the node's time for ${count(large.cases)} cases divided by that for ${count(tenth.cases)}`,
			11,
			all.ratio(
				all.of('intezerCases', 'search', large.cases),
				all.of('intezerCases', 'search', tenth.cases),
			),
		),
		{
			what: `${count(large.cases)} cases: peak memory of the whole process`,
			goal: 'under 500 MB',
			measured: memory === undefined ? '–' : `${(memory / MEGABYTE).toFixed(0)} MB`,
			reached: memory === undefined ? undefined : memory < 500 * MEGABYTE,
		},
		atMost(
			`Get Case for ${count(items)} items: the node's time divided by the floor's`,
			1.15,
			compare(['intezerCases', 'floor'], 'get', items),
		),
	];
}

/** `1,234` */
export function count(value: number): string {
	return value.toLocaleString('en-US');
}

/** `1.07 ×` */
export function times(value: number | undefined): string {
	return value === undefined ? '–' : `${value.toFixed(value < 10 ? 2 : 1)} ×`;
}

/** `1.07 s` */
export function seconds(values: readonly number[]): string {
	if (values.length === 0) return '–';
	const value = median(values);
	return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

// The measurements as texts, for the terminal and for the page.
import { count, seconds, times } from '../formats.mts';
import { CONTENDERS, type Measurement, type Measurements } from '../measurement.mts';

export const HEAD = [
	'Contender',
	'Time',
	'Times the floor',
	'Requests',
	'In flight',
	'Peak memory',
];

/** A table of the contenders for one task. */
export interface Group {
	readonly title: string;
	readonly rows: readonly (readonly string[])[];
}

/** A group for each task, contenders in the order of `CONTENDERS`. */
export function groupsOf(all: Measurements): Group[] {
	const titles = [...new Set(all.all.map(titleOf))];
	return titles.map((title) => {
		const measured = all.all.filter((each) => titleOf(each) === title);
		const inOrder = Object.keys(CONTENDERS).flatMap((id) =>
			measured.filter(({ contender }) => contender === id),
		);
		return { title, rows: inOrder.map((each) => rowOf(each, all)) };
	});
}

function titleOf({ operation, size }: Measurement): string {
	if (operation === 'get') return `Get Case for ${count(size)} items`;
	return operation === 'search' ? `${count(size)} cases` : `${count(size)} cases as received`;
}

function rowOf(measured: Measurement, all: Measurements): string[] {
	const { contender, operation, size, failure, peakMemory } = measured;
	const time = seconds(measured.seconds);
	return [
		CONTENDERS[contender],
		failure === undefined ? time : `failed after ${time}: ${failure}`,
		times(all.ratio(measured, all.of('floor', operation, size))),
		count(measured.requests),
		count(measured.mostInFlight),
		peakMemory === undefined ? '–' : `${count(Math.round(peakMemory / 1e6))} MB`,
	];
}

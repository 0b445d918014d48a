import Table from 'cli-table3';

import type { Figure } from '../figures.mts';
import type { Measurements } from '../measurement.mts';
import { groupsOf, HEAD } from './rows.mts';

/** The outcome as tables for a terminal. */
export function terminalReport(all: Measurements, figures: readonly Figure[]): string {
	const tables = groupsOf(all).map(({ title, rows }) => `${title}\n${table(HEAD, rows)}`);
	const outcomes = figures.map(({ what, goal, measured, reached }) => [
		what,
		goal,
		measured,
		outcomeOf(reached),
	]);
	return [...tables, `Figures\n${table(['What', 'Goal', 'Measured', ''], outcomes)}`].join('\n\n');
}

/** Whether a goal is reached, as text. */
export function outcomeOf(reached: boolean | undefined): string {
	if (reached === undefined) return 'not measured';
	return reached ? 'reached' : 'missed';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const drawn = new Table({
		head: [...head],
		style: { head: [], border: [], compact: true },
		colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
	});
	for (const row of rows) drawn.push([...row]);
	return drawn.toString();
}

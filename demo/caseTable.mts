import Table from 'cli-table3';

const LONGEST_TITLE = 48;

/** Simplified cases, as the node gives them, as a table for a terminal. */
export function caseTable(cases: readonly Readonly<Record<string, unknown>>[]): string {
	const table = new Table({
		head: ['Title', 'Status', 'Priority', 'Alerts', 'Verdict', 'Link'],
		colAligns: ['left', 'left', 'left', 'right', 'left', 'left'],
		// The two more are the cell's padding; a longer title ends in an ellipsis.
		colWidths: [LONGEST_TITLE + 2],
		style: { head: [], border: [], compact: true },
	});
	for (const found of cases) {
		table.push([
			printable(found['case_title']),
			printable(found['case_status']),
			printable(found['case_priority']),
			printable(found['alerts_count']),
			printable(found['case_verdict']),
			printable(found['intezer_case_url']),
		]);
	}
	return table.toString();
}

/**
 * The text of a value, on one line. What attackers name can end up in a title, so whatever could
 * steer the terminal or turn the reading direction is left out.
 */
export function printable(value: unknown): string {
	if (typeof value !== 'string' && typeof value !== 'number') return '–';
	return String(value)
		.replace(/[\n\t]/g, ' ')
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}

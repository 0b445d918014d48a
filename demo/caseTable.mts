import Table from 'cli-table3';

const LONGEST_TITLE = 48;

/** A table of simplified cases for a terminal. */
export function caseTable(cases: readonly Readonly<Record<string, unknown>>[]): string {
	const table = new Table({
		head: ['Title', 'Status', 'Priority', 'Alerts', 'Verdict', 'Link'],
		colAligns: ['left', 'left', 'left', 'right', 'left', 'left'],
		// Two columns for the cell's padding. A longer title ends in an ellipsis.
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
 * The text of a value, on one line. Attackers can choose parts of a title, so characters that control the
 * terminal or the text direction are removed.
 */
export function printable(value: unknown): string {
	if (typeof value !== 'string' && typeof value !== 'number') return '–';
	return String(value)
		.replace(/[\n\t]/g, ' ')
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}

// The README's table of the versions of n8n that the package was tested with.

/** How the end-to-end tests ended on one version of n8n. */
export interface VersionResult {
	readonly version: string;
	readonly passed: boolean;
}

const HEAD = '| n8n | Runs on | End-to-end tests |\n| --- | --- | --- |\n';
const TABLE = /\| n8n\s+\| Runs on\s+\| End-to-end tests\s+\|\n(?:\|.*\|\n)+/;

/** The versions that the README's table lists. */
export function listedVersions(readme: string): string[] {
	return rowsOf(readme).map((cells) => cells[0] ?? '');
}

/** The README with a table that lists the versions that passed, without those that failed. */
export function withResults(
	readme: string,
	results: readonly VersionResult[],
	node: string,
): string {
	const rows = new Map(rowsOf(readme).map((cells) => [cells[0] ?? '', cells]));
	for (const { version, passed } of results) {
		if (passed) rows.set(version, [version, `Node ${node}`, 'all passed']);
		else rows.delete(version);
	}
	const newestFirst = [...rows.values()].sort(([a = ''], [b = '']) =>
		b.localeCompare(a, 'en', { numeric: true }),
	);
	const table = newestFirst.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
	return readme.replace(TABLE, HEAD + table);
}

function rowsOf(readme: string): string[][] {
	const table = TABLE.exec(readme)?.[0];
	if (table === undefined) throw new Error('The README has no table of versions.');
	return table
		.trimEnd()
		.split('\n')
		.slice(2)
		.map((line) => line.slice(1, -1).split('|'))
		.map((cells) => cells.map((cell) => cell.trim()));
}

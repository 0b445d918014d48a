import { format, resolveConfig } from 'prettier';

import { count, type Figure } from '../figures.mts';
import type { Measurements } from '../measurement.mts';
import type { Plan } from '../plan.mts';
import type { CpuByPart } from '../profile.mts';
import { CONCURRENCY, PAGE_SIZE } from '../workload.mts';
import { groupsOf, HEAD } from './rows.mts';
import { outcomeOf } from './terminal.mts';

/** The conditions of the measurements. */
export interface Circumstances {
	readonly plan: Plan;
	readonly cores: number;
	readonly memoryBytes: number;
	readonly nodeVersion: string;
	readonly n8nVersion: string;
	/** The load average when the run began. */
	readonly load: number;
	/** CPU seconds per request, by the column's title. */
	readonly cpu: Readonly<Record<string, CpuByPart>>;
}

/** The report as a Markdown page for `path`, formatted with this repository's prettier settings. */
export async function page(
	path: string,
	all: Measurements,
	figures: readonly Figure[],
	circumstances: Circumstances,
): Promise<string> {
	const text = [
		introduction(circumstances),
		table(
			['Figure', 'Goal', 'Measured', 'Outcome'],
			figures.map((each) => [each.what, each.goal, each.measured, outcomeOf(each.reached)]),
		),
		'![Seconds for each contender, and how they grow with the history](benchmark.svg)',
		'## Measured',
		MEASURED,
		...groupsOf(all).flatMap(({ title, rows }) => [`### ${title}`, table(HEAD, rows)]),
		'## What the node costs above the floor',
		OVERHEAD,
		cpuTable(circumstances.cpu),
		'## How it is measured',
		method(circumstances),
	].join('\n\n');
	const config = await resolveConfig(path);
	return await format(text, { ...config, filepath: path });
}

function introduction({ plan, cores, memoryBytes, nodeVersion, n8nVersion, load }: Circumstances) {
	return `# Benchmark

This page is written by \`npm run bench\`; to measure again, run it. Everybody asks the same simulated
Intezer, which answers ${plan.latencyMs} ms late, for all cases of a history, ${PAGE_SIZE} a page.

Measured on ${cores} cores with ${(memoryBytes / 1e9).toFixed(0)} GB of memory, Node ${nodeVersion} (n8n: its own
Node 24), n8n ${n8nVersion}. Load of the machine when the run began: ${load.toFixed(1)}.

## Figures`;
}

const MEASURED = `The floor is Node's own HTTP client with as many requests in flight as the node has
(${CONCURRENCY}), which parses the answers and keeps them, and which is told how many pages there are. It retries
nothing, waits for nobody, and would not notice a case that it missed. A time is the median of several
runs; the longest history is read once. Peak memory is that of the whole process: for the floor that
is Node, else n8n's engine or n8n itself is in it.`;

const OVERHEAD = `One answer of a search is waited for alone: that to the last request, which asks for the rest in place of
the last page and so proves that nothing is missing. The floor waits for none. The first time that an n8n
makes a search, or after one that failed, the first page is waited for too, which tells how many there
are: one answer's time more than here, where each search but the longest had been made before.

n8n opens a new connection for each request, which a node cannot change; the floor keeps its own open.
Over a network that adds the connection's round trips to each request, for every node of n8n alike.

The rest is CPU time, measured by profiling. For one request (a page of ${PAGE_SIZE} cases, or one case),
in milliseconds, by whose code it is. "Credential" is what n8n and this package do so that a request
carries its token: n8n's engine has the credential in memory here, a real n8n reads it from its
database and decrypts it.`;

/** A row for each part of the code, a column for each profile. */
function cpuTable(cpu: Readonly<Record<string, CpuByPart>>): string {
	const profiles = Object.values(cpu);
	const total = (part: string) => Math.max(...profiles.map((each) => each[part] ?? 0));
	const parts = [...new Set(profiles.flatMap((each) => Object.keys(each)))]
		.filter((part) => total(part) >= 0.000_005)
		.sort((a, b) => total(b) - total(a));
	const milliseconds = (value: number) => (value * 1000).toFixed(2);
	const sum = (values: CpuByPart) => Object.values(values).reduce((a, b) => a + b, 0);
	return table(
		['Part', ...Object.keys(cpu)],
		[
			...parts.map((part) => [part, ...profiles.map((each) => milliseconds(each[part] ?? 0))]),
			['**all**', ...profiles.map((each) => `**${milliseconds(sum(each))}**`)],
		],
	);
}

function method({ plan }: Circumstances): string {
	return `- The simulated Intezer is a process of its own with ${count(plan.large.cases)} cases; its memory is not counted. It is not
  real, and neither is its network: what is compared is what the contenders do with the same answers.
- Each contender is a process of its own, and has its token. The floor and Intezer Cases take turns, then
  the slow ones, and before each timed run comes one that is not: ${count(plan.medium.cases)} cases, as an n8n
  that serves workflows is warm. After ten idle seconds Node has given memory back, which a next run pays for.
- "n8n's engine" is n8n-core, with the credential in memory. "A real n8n" is n8n's command line
  (\`n8n execute\`), which reads the credential from its database for each request. The time is the one
  that n8n itself writes down for the node, so that n8n's start does not count; its memory includes that it
  prints the outcome at the end.
- HTTP Request gives an item for each page, not for each case, has its token in a header instead of a
  credential, and asks until a page comes that is not full.
- The declarative node is in \`bench/contenders/declarative.mts\`. n8n pages for it.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
	const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
	return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

function escaped(cell: string): string {
	return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

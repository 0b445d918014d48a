import type { Figure } from '../figures.mts';
import { count, percent, times } from '../formats.mts';
import type { Findings } from '../measureAll.mts';
import { Measurements } from '../measurement.mts';
import type { Plan } from '../plan.mts';
import type { CpuByPart } from '../cpuProfile.mts';
import type { ThrottleResult } from '../throttle.mts';
import { FIXED_WIDTH, PAGE_SIZE } from '../workload.mts';
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
}

/** The report as a Markdown page. */
export function page(
	findings: Findings,
	figures: readonly Figure[],
	circumstances: Circumstances,
): string {
	return [
		introduction(circumstances),
		table(
			['Figure', 'Goal', 'Measured', 'Outcome'],
			figures.map((each) => [each.what, each.goal, each.measured, outcomeOf(each.reached)]),
		),
		'![Seconds per contender for 1,000, 10,050 and 200,000 cases](benchmark.svg)',
		'## Results',
		measured(circumstances),
		...groupsOf(new Measurements(findings.measurements)).flatMap(({ title, rows }) => [
			`### ${title}`,
			table(HEAD, rows),
		]),
		'## The throttle',
		THROTTLE,
		throttleTable(findings.throttle),
		'## What the node costs above the floor',
		OVERHEAD,
		cpuTable(findings.cpu),
		'## How it is measured',
		method(circumstances),
	].join('\n\n');
}

function introduction({ plan, cores, memoryBytes, nodeVersion, n8nVersion, load }: Circumstances) {
	return `# Benchmark

How long does Intezer Cases take to get all cases, compared with other ways in n8n? Each way, or contender, requests all
cases of the same simulated Intezer, ${PAGE_SIZE} per page. Every response takes ${plan.latencyMs} ms. \`npm run bench\` repeats the
measurements and rewrites this page. [Back to the README](../README.md)

Measured on ${cores} cores with ${(memoryBytes / 1e9).toFixed(0)} GB of memory, Node ${nodeVersion} (n8n: Node 24) and n8n ${n8nVersion}. Load average
at the start: ${load.toFixed(1)}.

## Goals

The floor is a client that does only what it must, see [Results](#results).`;
}

function measured({ plan }: Circumstances): string {
	return `The floor is Node's own HTTP client. It requests the first page, which contains the number of cases, and then the others,
${FIXED_WIDTH} at a time. It only parses and keeps the responses, never retries, and would not notice a missing case. A
node can't reach it, because a node sends its requests with n8n's helper: the node that only sends requests
(\`bench/contenders/minimal.mts\`) does the same as the floor with this helper. By default
Intezer Cases starts with 2 requests in flight and adds two for each accepted request, up to 20; with Max Concurrency ${FIXED_WIDTH} it
stops at ${FIXED_WIDTH}. Times are the median of several runs, each in a fresh process; only ${count(plan.large.cases)} cases are read
just once. Peak memory is that of the whole process, which for all contenders but the floor and plain Node includes n8n's
engine or all of n8n.`;
}

const THROTTLE = `How fast the node requests 500 pages from a service whose limits it does not know, compared with the best number of
requests in flight, found by trying 1 to 20. The services are models on a clock that skips the waiting (\`tools/rateLimitModels\`).
Those that limit the requests in a time respond with 429 and Retry-After.`;

const OVERHEAD = `The node sends its last request only after all others. This request asks for every case not received yet, which proves
that none is missing. Before it requests the other pages, the node waits for the first one, like the floor.
By default, it then sends only as many as it has seen accepted, which adds about two round trips to 10,050 cases.

n8n opens a new connection for each request, which a node can't change; the floor reuses its connections. Over a network,
this adds the round trips of a connection to each request, for every n8n node.

The rest is CPU time, measured with a profiler: milliseconds per request (a page of ${PAGE_SIZE} cases, or one case), by origin
of the code, in a process that just started. "Credential" is what n8n and this package do to add the token to a request:
n8n's engine has the credential in memory, a real n8n reads it from its database and decrypts it.`;

function throttleTable(results: readonly ThrottleResult[]): string {
	return table(
		[
			'Service',
			'Best number in flight',
			'Time with it',
			'Time of the throttle',
			'Ratio',
			'Refused later',
		],
		results.map(({ service, bestWidth, bestSeconds, seconds, refusedShare }) => [
			service,
			String(bestWidth),
			`${bestSeconds.toFixed(2)} s`,
			`${seconds.toFixed(2)} s`,
			times(seconds / bestSeconds),
			percent(refusedShare),
		]),
	);
}

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
	return `- The simulated Intezer runs in its own process with ${count(plan.large.cases)} cases; its memory is not counted. Neither it nor its
  network is real: the benchmark compares what the contenders do with the same responses.
- Each run has a process of its own, which has loaded its modules and has a token when the time starts. The contenders
  take turns.
- "n8n's engine" is n8n-core with the credential in memory. "A real n8n" is n8n's command line (\`n8n execute\`), which
  reads the credential from its database for each request. Its time is what n8n records for the node, without n8n's
  start; its memory includes printing the result.
- HTTP Request returns one item per page instead of one per case, has its token in a header instead of a credential, and
  stops at the first page that is not full.
- The declarative node is in \`bench/contenders/declarative.mts\`. n8n does its pagination.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
	const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
	return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

function escaped(cell: string): string {
	return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

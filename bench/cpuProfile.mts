// Divides a CPU profile by the part of the code: this package, n8n, axios, …
import type { Profiler } from 'node:inspector';

/** CPU seconds by part of the code. */
export type CpuByPart = Readonly<Record<string, number>>;

/** The part that a file belongs to; the first match counts. */
const PARTS: readonly (readonly [RegExp, string])[] = [
	[/n8n-nodes-intezer\/dist\/|^(?!.*node_modules).*\/dist\/(nodes|credentials)\//, 'this package'],
	[/\/(typeorm|@n8n.typeorm|sqlite3|sqlite3-pooled)\/|\/repositories\//, 'database of n8n'],
	[/\/(axios|follow-redirects|form-data|proxy-from-env)\//, 'axios'],
	[/\/(n8n|n8n-core|n8n-workflow|@n8n)\//, 'n8n'],
	[/^node:/, 'Node.js'],
	[/\/(bench|test)\//, 'the benchmark itself'],
];

/** Functions of n8n and of the credential that add the token to a request. */
const CREDENTIAL =
	/^(_?getCredentials|getDecrypted|preAuthentication|runPreAuthentication|authenticate|authenticated|fingerprint)$/;

/** Sums up a profile's samples by part, between two times on the profile's clock (microseconds). */
export function cpuByPart(profile: Profiler.Profile, from = 0, to = Infinity): CpuByPart {
	const partOf = partOfEachNode(profile);
	const seconds: Record<string, number> = {};
	const { samples = [], timeDeltas = [] } = profile;
	let now = profile.startTime;
	samples.forEach((id, index) => {
		// A delta is the time since the previous sample.
		const delta = timeDeltas[index] ?? 0;
		now += delta;
		const part = partOf.get(id);
		if (part === undefined || now < from || now > to) return;
		seconds[part] = (seconds[part] ?? 0) + delta / 1e6;
	});
	return seconds;
}

/** The part of each node of the call tree; idle time has none. */
function partOfEachNode({ nodes }: Profiler.Profile): Map<number, string> {
	const parents = new Map<number, Profiler.ProfileNode>();
	for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
	const parts = new Map<number, string>();
	for (const node of nodes) {
		const part = partOfNode(node, parents);
		if (part !== undefined) parts.set(node.id, part);
	}
	return parts;
}

function partOfNode(
	leaf: Profiler.ProfileNode,
	parents: ReadonlyMap<number, Profiler.ProfileNode>,
): string | undefined {
	if (leaf.callFrame.functionName === '(idle)') return undefined;
	if (leaf.callFrame.functionName === '(garbage collector)') return 'garbage collection';
	let owner: string | undefined;
	for (let node: Profiler.ProfileNode | undefined = leaf; node; node = parents.get(node.id)) {
		const { functionName, url } = node.callFrame;
		if (CREDENTIAL.test(functionName)) return 'credential';
		// Native code has no file: it counts for its caller.
		owner ??= url === '' ? undefined : (PARTS.find(([files]) => files.test(url))?.[1] ?? 'other');
	}
	return owner ?? 'native code';
}

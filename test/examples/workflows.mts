import { readdirSync, readFileSync } from 'node:fs';
import { array, record, text } from '../../tools/n8nHost/looseJson.mts';

const FOLDER = new URL('../../examples/', import.meta.url);

type Fields = Readonly<Record<string, unknown>>;

/** A node of an example. */
export interface ExampleNode extends Fields {
	readonly name: string;
	readonly type: string;
	readonly typeVersion: number;
	readonly parameters: Fields;
}

/** A workflow in `examples/`. */
export interface Example extends Fields {
	readonly file: string;
	readonly id: string;
	readonly name: string;
	readonly nodes: readonly ExampleNode[];
}

/** Every workflow in `examples/`, by the name of its file. */
export function examples(): Example[] {
	return readdirSync(FOLDER)
		.filter((file) => file.endsWith('.json'))
		.sort()
		.map((file) => exampleOf(file, record(JSON.parse(textOf(file)))));
}

/** A file of `examples/`. */
export function textOf(file: string): string {
	return readFileSync(new URL(file, FOLDER), 'utf8');
}

/** The example with other parameters, or other settings, for one of its nodes. */
export function withNode(example: Example, name: string, change: Fields): Example {
	const nodes = example.nodes.map((node) => {
		if (node.name !== name) return node;
		const parameters = { ...node.parameters, ...record(change['parameters']) };
		return { ...node, ...change, parameters };
	});
	return { ...example, nodes };
}

/** The example with `url` in place of the addresses that its user replaces. */
export function sendingTo(url: string, example: Example): Example {
	const json = JSON.stringify(example).replaceAll(/https:\/\/(\w+)\.example\.com/g, `${url}/$1`);
	return exampleOf(example.file, record(JSON.parse(json)));
}

/** Reads a workflow. */
export function exampleOf(file: string, workflow: Fields): Example {
	const nodes = array(workflow['nodes'])
		.map(record)
		.map((node) => ({
			...node,
			name: text(node['name']) ?? '',
			type: text(node['type']) ?? '',
			typeVersion: Number(node['typeVersion']),
			parameters: record(node['parameters']),
		}));
	return {
		...workflow,
		file,
		id: text(workflow['id']) ?? '',
		name: text(workflow['name']) ?? '',
		nodes,
	};
}

/** Deliver with the credential that its user selects; any other example unchanged. */
export function readyToSend(example: Example): Example {
	return withNode(example, 'Send with a credential', {
		disabled: false,
		credentials: { httpHeaderAuth: { id: 'ticketSystem', name: 'Ticket system' } },
	});
}

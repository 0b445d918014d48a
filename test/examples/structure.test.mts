import { describe, expect, test } from '@jest/globals';
import { array, record } from '../../tools/n8nHost/looseJson.mts';
import { examples, textOf, type Example, type ExampleNode } from './workflows.mts';

const NOTE = 'n8n-nodes-base.stickyNote';
/** The nodes with more than one output, apart from an output for errors. */
const BRANCHING = /\.(if|switch|intezerCasesTrigger)$/;
/** What a user replaces, and what is nobody's. */
const ADDRESSES = /^(?:https:\/\/\w+\.example\.com\/|https\?:\\\/\\\/)/;
const SECRET =
	/(?:bearer|basic) [a-z0-9+/=_-]{8,}|eyJ[\w-]{8,}|sk-[\w-]{8,}|(?:api_?key|password|secret|token)"?\s*[:=]\s*"[^"]+"/i;

const notes = (example: Example) => example.nodes.filter(({ type }) => type === NOTE);
const working = (example: Example) => example.nodes.filter(({ type }) => type !== NOTE);

function positionOf({ position }: Readonly<Record<string, unknown>>): readonly [number, number] {
	const [x, y] = array(position);
	return [Number(x), Number(y)];
}

/** The height of a node on the canvas. */
const NODE_HEIGHT = 96;

/** The notes right above the node, or else those right below, where the line of a loop has room. */
function explaining(example: Example, node: ExampleNode): ExampleNode[] {
	const [x, y] = positionOf(node);
	const near = notes(example).filter(({ position, parameters }) => {
		const [left] = positionOf({ position });
		return left <= x && x <= left + Number(parameters['width']);
	});
	const within = (gap: number) => gap >= 0 && gap < 120;
	const topOf = (note: ExampleNode) => positionOf(note)[1];
	const above = near.filter((note) => within(y - topOf(note) - Number(note.parameters['height'])));
	const below = near.filter((note) => within(topOf(note) - y - NODE_HEIGHT));
	return above.length > 0 ? above : below;
}

describe.each(examples().map((example) => [example.file, example] as const))(
	'The example %s',
	(file, example) => {
		test('is inactive, has a unique id, and contains no execution data', () => {
			expect(example).toMatchObject({ active: false, pinData: {} });
			expect(example.id).toMatch(/^[A-Za-z]{1,21}$/);
			expect(examples().filter(({ id }) => id === example.id)).toHaveLength(1);
			expect(new Set(example.nodes.map(({ id }) => id)).size).toBe(example.nodes.length);
			expect(Object.keys(example).sort()).toEqual(
				['active', 'connections', 'file', 'id', 'name', 'nodes', 'pinData', 'settings'].sort(),
			);
		});

		test('explains each node by a note right above or below it', () => {
			for (const node of working(example)) {
				expect([node.name, ...positionOf(node).map(Number.isFinite)]).toEqual([
					node.name,
					true,
					true,
				]);
				const found = explaining(example, node);
				expect([node.name, found.length]).toEqual([node.name, 1]);
			}
			for (const note of notes(example)) {
				expect(String(note.parameters['content'])).toMatch(/^##/);
			}
		});

		test('connects all of its nodes, and no others', () => {
			const names = new Set(working(example).map(({ name }) => name));
			const joined = new Set<unknown>();
			for (const [from, types] of Object.entries(record(example['connections']))) {
				joined.add(from);
				for (const link of Object.values(record(types)).flatMap(array).flatMap(array)) {
					joined.add(record(link)['node']);
				}
			}
			expect(joined).toEqual(names);
		});

		test('connects only outputs that a node has', () => {
			for (const [from, types] of Object.entries(record(example['connections']))) {
				const node = working(example).find(({ name }) => name === from);
				const outputs = array(record(types)['main']);
				if (BRANCHING.test(node?.type ?? '') || node?.['onError'] === 'continueErrorOutput')
					continue;
				expect([from, outputs.length <= 1]).toEqual([from, true]);
			}
		});

		test('compares only for equality where n8n ignores another condition', () => {
			for (const { name, parameters } of working(example)) {
				if (!/^row(?:Not)?Exists$/.test(String(parameters['operation']))) continue;
				const conditions = array(record(parameters['filters'])['conditions']).map(record);
				expect([name, ...conditions.map(({ condition }) => condition)]).toEqual([
					name,
					...conditions.map(() => 'eq'),
				]);
			}
		});

		// In 1.123.81, such an expression is null in every node except Code.
		test('reads other nodes with $node in expressions, which every supported n8n evaluates', () => {
			for (const { name, parameters } of working(example)) {
				const others = { ...parameters, jsCode: undefined };
				expect([name, JSON.stringify(others)]).toEqual([
					name,
					expect.not.stringMatching(/\$\(|\$input|\$items/),
				]);
			}
		});

		test('contains no secrets, and no real people or addresses', () => {
			const json = textOf(file);
			expect(json).not.toMatch(SECRET);
			for (const [address] of json.matchAll(/https?:[^"'`\s)]+/g)) {
				expect(address).toMatch(ADDRESSES);
			}
			for (const [, domain] of json.matchAll(/[\w.+-]+@([\w-]+\.[\w.-]+)/g)) {
				expect(domain).toBe('example.com');
			}
			for (const { credentials } of example.nodes) {
				for (const credential of Object.values(record(credentials))) {
					expect(Object.keys(record(credential))).toEqual(['id', 'name']);
				}
			}
		});

		test('is in the README, with whom it is for and what to change', () => {
			const row = textOf('README.md')
				.split('\n')
				.find((line) => line.includes(`](${file})`));
			const cells = row?.split('|').slice(1, -1) ?? [];
			expect(cells).toHaveLength(3);
			for (const cell of cells) expect(cell.trim()).not.toBe('');
			expect(cells[0]).toContain(example.name);
		});
	},
);

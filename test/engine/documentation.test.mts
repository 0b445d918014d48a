import { readFileSync } from 'node:fs';
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { describe, expect, test } from 'vitest';

import { intezerCases } from './engine.mts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The rows of the README's table with this first column, cell by cell. */
function rowsOf(firstColumn: string): string[][] {
	const lines = README.split('\n');
	const head = lines.findIndex((line) => new RegExp(`^\\| ${firstColumn} +\\|`).test(line));
	const rest = lines.slice(head + 2);
	const end = rest.findIndex((line) => !line.startsWith('|'));
	return rest.slice(0, end).map((line) =>
		line
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);
}

function parameter(name: string, operation: string): INodeProperties {
	const found = intezerCases.description.properties.find(
		(each) => each.name === name && each.displayOptions?.show?.['operation']?.includes(operation),
	);
	if (found === undefined) throw new Error(`no parameter ${name}`);
	return found;
}

const optionsOf = ({ options }: INodeProperties) => (options ?? []) as INodeProperties[];

describe('The README', () => {
	test('lists every filter as the editor shows it', () => {
		const listed = rowsOf('Filter').map(([name, id, , meaning]) => [name, id, meaning]);
		const shown = optionsOf(parameter('filters', 'search')).map((each) => [
			each.displayName,
			`\`${each.name}\``,
			each.description,
		]);
		expect(listed).toEqual(shown);
	});

	test('lists every operation', () => {
		const operations = intezerCases.description.properties.find(({ name }) => name === 'operation');
		const shown = (operations?.options ?? []) as INodePropertyOptions[];
		expect(rowsOf('Operation').map(([name]) => name)).toEqual(shown.map(({ name }) => name));
	});

	test('lists every option of Search History', () => {
		const shown = optionsOf(parameter('options', 'search')).map((each) => each.displayName);
		expect(rowsOf('Option').map(([name]) => name)).toEqual(shown);
	});
});

describe('A tool', () => {
	test('is described to a model by what its operation gives', () => {
		const operations = intezerCases.description.properties.find(({ name }) => name === 'operation');
		const shown = (operations?.options ?? []) as INodePropertyOptions[];
		expect(shown.map(({ action }) => action)).toEqual([
			'Get a case by its ID or link',
			'Get the devices of a case',
			'Get the tactics and techniques of a case',
			'Get the users of a case',
			'Search cases or count all that match',
		]);
	});
});

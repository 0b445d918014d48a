import { createRequire } from 'node:module';
import { Linter, type ESLint } from 'eslint';
import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';
import * as parser from '@typescript-eslint/parser';
import { describe, expect, test } from '@jest/globals';

import { intezerAlerts, intezerCases } from '../../../tools/n8nEngine/engine.mts';
import { trigger } from '../trigger/host.mts';

describe('The descriptions of the nodes', () => {
	/**
	 * n8n's linter reads source code: if a list of options or parameters is built by code, it sees nothing. So its rules
	 * about parameters run here on the descriptions that n8n loads, written out as source code. A few checks are added.
	 */
	const DESCRIPTIONS: Array<[string, INodeTypeDescription]> = [
		['IntezerAlerts', intezerAlerts.description],
		['IntezerCases', intezerCases.description],
		['IntezerCasesTrigger', trigger.description],
	];

	const n8nRules = createRequire(import.meta.url)(
		'eslint-plugin-n8n-nodes-base',
	) as ESLint.Plugin & {
		rules: Record<string, object>;
	};

	/** The rules about parameters, except the one that n8n's own configuration turns off. */
	const RULES = Object.keys(n8nRules.rules).filter(
		(rule) =>
			rule.startsWith('node-param-') && rule !== 'node-param-type-options-max-value-present',
	);

	function lint(name: string, description: INodeTypeDescription): string[] {
		const source = `export class ${name} implements INodeType {
	description: INodeTypeDescription = ${sourceOf(description)};
}`;
		const messages = new Linter().verify(
			source,
			{
				files: ['**/*.ts'],
				plugins: { n8n: n8nRules },
				languageOptions: { parser },
				rules: Object.fromEntries(RULES.map((rule) => [`n8n/${rule}`, 'error' as const])),
			},
			`nodes/IntezerCases/${name}.node.ts`,
		);
		const lines = source.split('\n');
		return messages.map(
			({ ruleId, message, line }) => `${ruleId ?? ''}: ${message} ${lines[line - 1]?.trim() ?? ''}`,
		);
	}

	/** A value as source code, with names of properties as a programmer writes them: the rules look for those. */
	function sourceOf(value: unknown): string {
		const json = JSON.stringify(value, null, '\t');
		return json.replace(/^(\t*)"([A-Za-z_]\w*)":/gm, '$1$2:');
	}

	/** All parameters, including those inside collections. */
	function allOf(properties: INodeProperties[]): INodeProperties[] {
		return properties.flatMap((property) => [property, ...listsIn(property).flatMap(allOf)]);
	}

	/** The lists of parameters inside a collection. */
	function listsIn({ type, options = [] }: INodeProperties): INodeProperties[][] {
		if (type === 'collection') return [options as INodeProperties[]];
		if (type !== 'fixedCollection') return [];
		return (options as INodePropertyCollection[]).map(({ values }) => values);
	}

	/** Whether n8n can show both parameters at the same time. */
	function canMeet(one: INodeProperties, other: INodeProperties): boolean {
		const conditions = Object.entries(one.displayOptions?.show ?? {});
		return conditions.every(([name, values = []]) => {
			const others = other.displayOptions?.show?.[name];
			return (
				others === undefined ||
				(values as unknown[]).some((value) => others.includes(value as never))
			);
		});
	}

	describe.each(DESCRIPTIONS)('The description of %s', (name, description) => {
		const parameters = allOf(description.properties);

		test("passes n8n's linter", () => {
			expect(lint(name, description)).toEqual([]);
		});

		test('sorts options and parameters of collections by label', () => {
			for (const { name: parameter, type, options = [] } of parameters) {
				const isChoice = type === 'options' || type === 'multiOptions';
				const labels = isChoice
					? (options as INodePropertyOptions[]).map((option) => option.name)
					: (options as INodeProperties[]).map(({ displayName }) => displayName);
				const sorted = [...labels].sort((a, b) => a.localeCompare(b));
				expect([parameter, labels]).toEqual([parameter, sorted]);
			}
		});

		test('has a label for the button of each collection', () => {
			const collections = parameters.filter(({ type }) => /collection$/i.test(type));
			expect(collections.length).toBeGreaterThan(0);
			for (const { placeholder } of collections) expect(placeholder).toMatch(/^Add [A-Z]/);
		});

		test('describes every parameter except those whose options explain them', () => {
			const undescribed = parameters.filter(
				({ type, description: text }) =>
					text === undefined && type !== 'notice' && type !== 'hidden',
			);
			for (const { name: parameter } of undescribed)
				expect(['operation', 'options']).toContain(parameter);
		});

		test('never shows two parameters with the same name', () => {
			for (const list of [description.properties, ...parameters.flatMap(listsIn)]) {
				const clashes = list.filter((one, index) =>
					list.slice(index + 1).some((other) => one.name === other.name && canMeet(one, other)),
				);
				expect(clashes.map((each) => each.name)).toEqual([]);
			}
		});
	});

	describe("n8n's linter", () => {
		/** What it says about the description of Intezer Cases after a change to it. */
		function lintChanged(change: (all: INodeProperties[]) => void): string[] {
			const description = structuredClone(intezerCases.description);
			change(allOf(description.properties));
			return lint('IntezerCases', description);
		}

		function named(all: INodeProperties[], name: string): INodeProperties {
			const found = all.find((each) => each.name === name);
			if (found === undefined) throw new Error(`no parameter ${name}`);
			return found;
		}

		function firstOperation(all: INodeProperties[]): INodePropertyOptions {
			const [first] = named(all, 'operation').options as INodePropertyOptions[];
			if (first === undefined) throw new Error('no operation');
			return first;
		}

		test.each<[string, string, (all: INodeProperties[]) => void]>([
			[
				'operations out of order',
				'options-type-unsorted-items',
				(all) => named(all, 'operation').options?.reverse(),
			],
			[
				'filters out of order',
				'collection-type-unsorted-items',
				(all) => named(all, 'filters').options?.reverse(),
			],
			[
				'an operation without an action',
				'operation-option-without-action',
				(all) => delete firstOperation(all).action,
			],
			[
				'an action in title case',
				'operation-option-action-miscased',
				(all) => (firstOperation(all).action = 'Get A Case'),
			],
			[
				'a label in lower case',
				'display-name-miscased',
				(all) => (named(all, 'pageSize').displayName = 'Page size'),
			],
			[
				'a boolean without Whether',
				'description-boolean-without-whether',
				(all) => (named(all, 'countOnly').description = 'Return only the number'),
			],
			[
				'a full stop after one sentence',
				'description-excess-final-period',
				(all) => (named(all, 'sortBy').description = 'The order of the cases.'),
			],
			[
				'another default limit',
				'default-wrong-for-limit',
				(all) => (named(all, 'limit').default = 10),
			],
			[
				'a limit below 1',
				'min-value-wrong-for-limit',
				(all) => (named(all, 'limit').typeOptions = { minValue: 0 }),
			],
			[
				'another description of the limit',
				'description-wrong-for-limit',
				(all) => (named(all, 'limit').description = 'How many results to return'),
			],
		])('finds %s', (_mistake, rule, change) => {
			expect(lintChanged(change)).toEqual([
				expect.stringMatching(new RegExp(`^n8n/node-param-${rule}: `)),
			]);
		});
	});
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import packageJson from '../../packageJson.mts';
import { ALERT_BEGINNINGS, BEGINNINGS } from '../../../nodes/n8n/errors/messageBeginnings.ts';
import { intezerAlerts, intezerCases, runNode } from '../../../tools/n8nEngine/engine.mts';
import { simulatedIntezer } from '../service.mts';
import { trigger } from '../trigger/host.mts';

describe('The documentation', () => {
	const root = fileURLToPath(new URL('../../../', import.meta.url));
	const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

	/** Every page of the documentation. */
	const PAGES = ['', 'docs', 'examples'].flatMap((folder) =>
		readdirSync(join(root, folder))
			.filter((file) => file.endsWith('.md'))
			.map((file) => join(folder, file)),
	);

	/** The rows of a page's table with this first column, cell by cell. */
	function rowsOf(page: string, firstColumn: string): string[][] {
		const lines = textOf(page).split('\n');
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

	const firstCells = (page: string, firstColumn: string): string[] =>
		rowsOf(page, firstColumn).map(([name = '']) => name);

	function parameter(name: string, operation: string, node = intezerCases): INodeProperties {
		const found = node.description.properties.find(
			(each) => each.name === name && each.displayOptions?.show?.['operation']?.includes(operation),
		);
		if (found === undefined) throw new Error(`no parameter ${name}`);
		return found;
	}

	const optionsOf = ({ options }: INodeProperties) => (options ?? []) as INodeProperties[];

	function namesOf(properties: INodeProperties[], name: string): string[] {
		const found = properties.find((each) => each.name === name);
		return ((found?.options ?? []) as INodePropertyOptions[]).map((each) => each.name);
	}

	describe('The documentation', () => {
		test('lists every filter as the editor shows it', () => {
			const filters = optionsOf(parameter('filters', 'search'));
			expect(
				rowsOf('docs/cases.md', 'Filter').map(([name, id, , meaning]) => [name, id, meaning]),
			).toEqual(filters.map((each) => [each.displayName, `\`${each.name}\``, each.description]));
			const named = rowsOf('README.md', 'Filters by').flatMap(([, names = '']) =>
				names.split(', '),
			);
			expect(named.sort()).toEqual(filters.map(({ displayName }) => displayName).sort());
		});

		test.each(['README.md', 'docs/cases.md'])('lists every operation in %s', (page) => {
			const operations = namesOf(intezerCases.description.properties, 'operation');
			expect(firstCells(page, 'Operation')).toEqual(operations);
		});

		test('lists every option of Search History', () => {
			const shown = optionsOf(parameter('options', 'search')).map((each) => each.displayName);
			expect(firstCells('docs/cases.md', 'Option')).toEqual(shown);
		});

		test('lists every filter, operation and option of Intezer Alerts', () => {
			const filters = optionsOf(parameter('filters', 'search', intezerAlerts));
			expect(
				rowsOf('docs/alerts.md', 'Filter').map(([name, id, , meaning]) => [name, id, meaning]),
			).toEqual(filters.map((each) => [each.displayName, `\`${each.name}\``, each.description]));
			const operations = namesOf(intezerAlerts.description.properties, 'operation');
			expect(firstCells('docs/alerts.md', 'Operation')).toEqual(operations);
			expect(firstCells('README.md', 'Operation on alerts')).toEqual(operations);
			const options = optionsOf(parameter('options', 'search', intezerAlerts));
			expect(firstCells('docs/alerts.md', 'Option')).toEqual(
				options.map((each) => each.displayName),
			);
		});

		test.each(['README.md', 'docs/trigger.md'])('lists every event in %s', (page) => {
			const events = namesOf(trigger.description.properties, 'event');
			expect(firstCells(page, 'Event').sort()).toEqual(events.sort());
		});

		test('says what to do about every error', () => {
			const listed = firstCells('README.md', 'Message begins');
			expect(listed.sort()).toEqual(Object.values(BEGINNINGS).sort());
			const ofAlerts = firstCells('docs/alerts.md', 'Message begins');
			expect(ofAlerts.sort()).toEqual(Object.values(ALERT_BEGINNINGS).sort());
		});

		test('shows only commands that tests or CI run', () => {
			const blocks = PAGES.flatMap((page) => [...textOf(page).matchAll(/```sh\n(.*?)```/gs)]);
			const commands = blocks
				.flatMap(([, block = '']) => block.replace(/\s*\\\n\s*/g, ' ').split('\n'))
				.map((line) => line.replace(/#.*/, '').trim())
				.filter((line) => line !== '');
			expect([...new Set(commands)].sort()).toEqual([
				'INTEZER_ANALYZE_API_KEY=<key> npm run probe -- --base-url https://intezer.example.com',
				'npm ci && npm start',
				'npm ci && npm test',
				'npm run escalate',
				'npm run simulator -- --cases 12000 --offset-window 10000 --count-cap 10000 --max-body-bytes 8192 --long-refusal 403 --copy-lags 0,75 --requests-per-minute 60',
				'npm run simulator -- --profile intezer-profile.json',
			]);
		});

		test.each(PAGES)('names only scripts of the package: %s', (page) => {
			const named = [...textOf(page).matchAll(/npm run ([\w:]+)/g)].map(
				([, script = '']) => script,
			);
			expect(named.filter((script) => !(script in packageJson.scripts))).toEqual([]);
		});

		test.each(PAGES)('has no broken links: %s', (page) => {
			const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
				([, link = '']) => link,
			);
			const broken = links.filter((link) => {
				const [file = '', anchor] = link.split('#');
				const target = file === '' ? page : join(dirname(page), file);
				if (!existsSync(join(root, target))) return true;
				return anchor !== undefined && !anchorsOf(target).includes(anchor);
			});
			expect(broken).toEqual([]);
		});
	});

	describe('The JSON in the documentation', () => {
		const service = simulatedIntezer({ cases: 1234 });
		const shown = PAGES.flatMap((page) =>
			[...textOf(page).matchAll(/`(\{ ".*?\})`/g)].map(
				([, json = '']) => JSON.parse(json) as Record<string, unknown>,
			),
		);
		/** By the first field. */
		const runs: Record<string, () => ReturnType<typeof runNode>> = {
			cases_count: () =>
				runNode({
					parameters: { resource: 'case', operation: 'search', options: { countOnly: true } },
					credential: service.credential,
				}),
			error: () =>
				runNode({
					parameters: {
						resource: 'case',
						operation: 'get',
						caseId: { __rl: true, mode: 'id', value: 'unknown' },
					},
					credential: service.credential,
					continueOnFail: true,
				}),
		};

		test('is what the node returns', async () => {
			expect(shown.map((json) => Object.keys(json)[0]).sort()).toEqual(Object.keys(runs).sort());
			for (const json of shown) {
				const [field = ''] = Object.keys(json);
				const items = (await runs[field]?.())?.json ?? [];
				expect(items.map((item) => Object.keys(item))).toEqual([Object.keys(json)]);
				if (json[field] !== '…') expect(items).toEqual([json]);
			}
		});
	});

	/** How GitHub names the headings of a page. */
	function anchorsOf(page: string): string[] {
		return [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
			heading
				.toLowerCase()
				.replace(/[^\w\s-]/g, '')
				.replaceAll(' ', '-'),
		);
	}

	describe('A tool', () => {
		const actionsOf = ({ description }: typeof intezerCases) => {
			const operations = description.properties.find(({ name }) => name === 'operation');
			return ((operations?.options ?? []) as INodePropertyOptions[]).map(({ action }) => action);
		};

		test('is described to a model by the action of its operation', () => {
			expect(actionsOf(intezerCases)).toEqual([
				'Get a case by ID or URL',
				'Get the devices of a case',
				'Get the tactics and techniques of a case',
				'Get the users of a case',
				'Search or count cases',
			]);
			expect(actionsOf(intezerAlerts)).toEqual([
				'Get an alert by ID',
				'Get several alerts by ID',
				'Get the cases of an alert',
				'Get an alert in its original format',
				'Send the notifications for an alert',
				'Search or count alerts',
				'Submit an email for triage',
			]);
		});
	});
});

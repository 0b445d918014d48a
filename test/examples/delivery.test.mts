// Deliver and Redeliver with receivers that fail, and with an n8n that is killed.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HostError } from '../../tools/n8nHost/hostError.mts';
import { chosenVersion } from '../../tools/n8nHost/n8n.mts';
import { saveWorkflow } from '../../tools/n8nHost/saving.mts';
import { array, record } from '../../tools/n8nHost/looseJson.mts';
import { faster } from './faster.mts';
import { startExamples, type ExamplesHost } from './host.mts';
import { ACCEPT, type Answer, type Sent } from './receivers.mts';
import { examples, readyToSend, sendingTo, type Example } from './workflows.mts';
import { tarball } from '../e2e/tarball.mts';
import { waitFor } from '../waitFor.mts';

const EMEA = '/chat/hooks/emea';
const AMERICAS = '/chat/hooks/americas';
/** Messages to each receiver; more than Deliver sends at once. */
const EACH = 12;

let host: ExamplesHost;

// The channels of two customers represent any two receivers.
beforeAll(async () => {
	host = await startExamples(tarball(), (url) =>
		examples().map((example) => faster(readyToSend(sendingTo(url, example)))),
	);
	await host.customers.insert([
		{ sub_tenant: 'emea', receiver: 'customer-emea' },
		{ sub_tenant: 'americas', receiver: 'customer-americas' },
	]);
	await host.n8n.publish('redeliver');
});

afterAll(() => host.stop());

beforeEach(async () => {
	for (const { case_id } of host.simulator.cases.all) host.simulator.cases.remove(case_id);
	host.receivers.answer = () => ACCEPT;
	await host.receivers.take(0);
});

/** Adds cases for a customer. Returns their titles. */
function addCases(sub_tenant_name: string, count: number): string[] {
	return Array.from({ length: count }, (_, n) => {
		const case_title = `${sub_tenant_name} ${n}`;
		host.simulator.cases.add({ case_priority: 'high', sub_tenant_name, case_title });
		return case_title;
	}).sort();
}

/** The titles in the messages to a receiver. */
function titles(sent: readonly Sent[], path: string): string[] {
	return sent
		.filter((each) => each.path === path)
		.map(({ body }) => /`(.*)`/.exec(String(body['text']))?.[1] ?? '')
		.sort();
}

async function untilNothingIsPending(): Promise<void> {
	await waitFor(
		async () => {
			const pending = (await host.deliveries.rows()).filter(({ status }) => status === 'pending');
			expect(pending).toEqual([]);
		},
		{ timeout: 180_000, interval: 500 },
	);
}

describe('A message', () => {
	test.each<[string, Answer]>([
		['resets the connection', 'drop'],
		['does not respond', 'hang'],
		['answers 500', { status: 500 }],
		['answers 429', { status: 429, headers: { 'retry-after': '3' } }],
		['redirects', { status: 302, headers: { location: '/elsewhere' } }],
	])('arrives once, after its receiver %s, and delays no others', async (_what, answer) => {
		const late = addCases('emea', EACH);
		const prompt = addCases('americas', EACH);
		host.receivers.answer = ({ path }) => (path === EMEA ? answer : ACCEPT);
		await host.n8n.runWorkflow('routeBySubTenant');
		const sent = await host.receivers.take(EACH);
		expect(titles(sent, AMERICAS)).toEqual(prompt);
		expect(titles(sent, EMEA)).toEqual([]);

		host.receivers.answer = () => ACCEPT;
		await untilNothingIsPending();
		const [, ...others] = [await host.receivers.take(EACH)].flat();
		expect(others).toHaveLength(EACH - 1);
		expect(titles(host.receivers.sent.slice(-EACH), EMEA)).toEqual(late);
	});

	test('arrives once if half of the requests fail', async () => {
		const expected = addCases('emea', EACH);
		host.receivers.answer = () => (Math.random() < 0.5 ? { status: 500 } : ACCEPT);
		await host.n8n.runWorkflow('routeBySubTenant');
		await untilNothingIsPending();
		expect(titles(await host.receivers.take(EACH), EMEA)).toEqual(expected);
	});

	test('is sent again if the response was lost', async () => {
		const expected = addCases('emea', 1);
		let requests = 0;
		host.receivers.answer = () => ((requests += 1) === 1 ? 'lose' : ACCEPT);
		await host.n8n.runWorkflow('routeBySubTenant');
		await untilNothingIsPending();
		expect(titles(await host.receivers.take(2), EMEA)).toEqual([...expected, ...expected]);
	});

	test('waits as long as Retry-After says', async () => {
		addCases('emea', 1);
		const times: number[] = [];
		host.receivers.answer = () => {
			times.push(performance.now());
			return times.length === 1 ? { status: 429, headers: { 'retry-after': '6' } } : ACCEPT;
		};
		await host.n8n.runWorkflow('routeBySubTenant');
		await untilNothingIsPending();
		expect(times).toHaveLength(2);
		expect(Number(times[1]) - Number(times[0])).toBeGreaterThan(5_900);
	});

	test('is sent again, and no other is, if n8n is killed between sending and marking it', async () => {
		const before = addCases('americas', EACH);
		await host.n8n.runWorkflow('routeBySubTenant');
		expect(titles(await host.receivers.take(EACH), AMERICAS)).toEqual(before);

		const expected = addCases('emea', 3);
		host.receivers.answer = () => 'hold';
		const run = host.n8n.runWorkflow('routeBySubTenant').catch(() => undefined);
		const first = await host.receivers.take(3);
		host.receivers.answer = () => ACCEPT;
		await host.killAndRestart();
		await run;
		await untilNothingIsPending();
		const again = await host.receivers.take(3);
		expect(titles(first, EMEA)).toEqual(expected);
		expect(titles(again, EMEA)).toEqual(expected);
		expect(again).toHaveLength(3);
	});

	// One execution records a message between another's check and its recording.
	describe('that was recorded twice', () => {
		const row = (delivery: string, more: Readonly<Record<string, string>>) => ({
			delivery,
			receiver: 'customer-emea',
			message: JSON.stringify({ text: `\`${delivery}\`` }),
			status: 'pending',
			due: new Date().toISOString(),
			attempts: '0',
			claim: '',
			error: '',
			...more,
		});

		test('is not sent again after the first was sent', async () => {
			const later = new Date(Date.now() + 86_400_000).toISOString();
			await host.deliveries.insert([
				row('twice/sent', { status: 'sent', due: later }),
				row('twice/sent', {}),
				row('once', {}),
			]);
			await untilNothingIsPending();
			expect(titles(await host.receivers.take(1), EMEA)).toEqual(['once']);
		});

		test('is not sent while another execution sends the first', async () => {
			const claimedUntil = Date.now() + 10_000;
			let arrived = 0;
			host.receivers.answer = ({ body }) => {
				if (String(body['text']).includes('twice/claimed')) arrived = Date.now();
				return ACCEPT;
			};
			await host.deliveries.insert([
				row('twice/claimed', { claim: 'another', due: new Date(claimedUntil).toISOString() }),
				row('twice/claimed', {}),
				row('meanwhile', {}),
			]);
			await untilNothingIsPending();
			expect(titles(await host.receivers.take(2), EMEA)).toEqual(['meanwhile', 'twice/claimed']);
			expect(arrived).toBeGreaterThan(claimedUntil);
		});
	});

	test('is kept and reported to a second channel while its receiver is unknown', async () => {
		await host.customers.insert([{ sub_tenant: 'apac', receiver: 'customer-apac' }]);
		addCases('apac', 1);
		await host.n8n.runWorkflow('routeBySubTenant');
		const [warning] = await host.receivers.take(1);
		expect(warning?.path).toBe('/pager/hooks/soc-lead');
		expect(warning?.body['text']).toContain('1 messages to "customer-apac"');
		const row = (await host.deliveries.rows()).find(({ receiver }) => receiver === 'customer-apac');
		expect(row).toMatchObject({ status: 'pending', error: 'not in Addresses' });
	});
});

describe('What n8n refuses to publish', () => {
	const isVersion1 = chosenVersion().startsWith('1.');

	/** Saves an example like the editor's import: with a new ID, and with references changed as given. */
	const importInEditor = async (id: string, references: Record<string, string> = {}) => {
		const example = examples().find((each) => each.id === id);
		let json = JSON.stringify({ ...example, id: undefined, settings: { executionOrder: 'v1' } });
		for (const [from, to] of Object.entries(references)) {
			json = json.replaceAll(`"mode":"id","value":"${from}"`, `"mode":"id","value":"${to}"`);
		}
		return saveWorkflow(await host.n8n.login(), JSON.parse(json) as Example);
	};

	test('a workflow whose Deliver was not selected again after an import in the editor', async () => {
		if (isVersion1) return;
		const deliver = await importInEditor('deliver');
		const alert = await importInEditor('escalationAlert', { deliver });
		await expect(host.n8n.publish(alert)).rejects.toThrow(HostError);
		await host.n8n.publish(deliver);
		await host.n8n.publish(alert);
		await host.n8n.unpublish(alert);
		const lost = await importInEditor('escalationAlert', { deliver: 'noSuchWorkflow' });
		await expect(host.n8n.publish(lost)).rejects.toThrow('not published');
	});

	test('the MCP server before its authentication is filled in', async () => {
		await expect(host.n8n.publish('agentTools')).rejects.toThrow(HostError);
	});

	test('nothing else, in the documented order, with the credentials selected', async () => {
		const needs = (example: Example) =>
			array(example.nodes)
				.map(record)
				.flatMap(({ credentials }) => Object.keys(record(credentials)));
		const ready = examples().filter(
			(example) => !needs(example).some((type) => type === 'smtp' || type === 'openAiApi'),
		);
		for (const { id } of ready.filter(
			({ id }) => !['agentTools', 'escalatedCases', 'onError', 'deliver'].includes(id),
		)) {
			await host.n8n.publish(id);
		}
	});
});

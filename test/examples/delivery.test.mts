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
/** More than a retry, and what a busy machine takes. */
const SOON = { timeout: 180_000, interval: 300 };
/** Receivers of Deliver, their paths, and how each fails; each stands for a customer's. */
const FAILURES: readonly (readonly [string, string, Answer])[] = [
	['on-call', '/chat/hooks/on-call', 'drop'],
	['soc', '/chat/hooks/soc', 'hang'],
	['customer-emea', EMEA, { status: 500 }],
	['open-ticket', '/tickets/api/tickets', { status: 429, headers: { 'retry-after': '3' } }],
	['close-ticket', '/tickets/api/tickets/close', { status: 302, headers: { location: '/to' } }],
];

let host: ExamplesHost;

// The channels of two customers represent any two receivers.
beforeAll(async () => {
	host = await startExamples(tarball(), (url) =>
		examples().map((example) => faster(readyToSend(sendingTo(url, example)))),
	);
	await host.customers.insert([
		{ sub_tenant: 'emea', receiver: 'customer-emea' },
		{ sub_tenant: 'americas', receiver: 'customer-americas' },
		...FAILURES.map(([receiver]) => ({ sub_tenant: receiver, receiver })),
	]);
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
	await waitFor(async () => {
		const pending = (await host.deliveries.rows()).filter(({ status }) => status === 'pending');
		expect(pending).toEqual([]);
	}, SOON);
}

/** Runs Redeliver by hand, instead of waiting for its schedule, until nothing is pending. */
async function redeliver(): Promise<void> {
	await waitFor(async () => {
		await host.n8n.runWorkflow('redeliver');
		const pending = (await host.deliveries.rows()).filter(({ status }) => status === 'pending');
		expect(pending).toEqual([]);
	}, SOON);
}

describe('A message', () => {
	test('arrives once, in whichever way its receiver fails, and delays no others', async () => {
		const late = FAILURES.map(([receiver, path, answer]) => ({
			path,
			answer,
			expected: addCases(receiver, EACH),
		}));
		const prompt = addCases('americas', EACH);
		host.receivers.answer = ({ path }) => late.find((each) => each.path === path)?.answer ?? ACCEPT;
		await host.n8n.runWorkflow('routeBySubTenant');
		const sent = await host.receivers.take(EACH);
		expect(sent).toHaveLength(EACH);
		expect(titles(sent, AMERICAS)).toEqual(prompt);

		host.receivers.answer = () => ACCEPT;
		await redeliver();
		const others = await host.receivers.take(EACH * late.length);
		expect(others).toHaveLength(EACH * late.length);
		for (const { path, expected } of late) expect(titles(others, path)).toEqual(expected);
	});

	test('arrives once if every second request fails', async () => {
		const expected = addCases('emea', EACH);
		let requests = 0;
		host.receivers.answer = () => ((requests += 1) % 2 === 1 ? { status: 500 } : ACCEPT);
		await host.n8n.runWorkflow('routeBySubTenant');
		await redeliver();
		expect(titles(await host.receivers.take(EACH), EMEA)).toEqual(expected);
	});

	test('is sent again if the response was lost', async () => {
		const expected = addCases('emea', 1);
		let requests = 0;
		host.receivers.answer = () => ((requests += 1) === 1 ? 'lose' : ACCEPT);
		await host.n8n.runWorkflow('routeBySubTenant');
		await redeliver();
		expect(titles(await host.receivers.take(2), EMEA)).toEqual([...expected, ...expected]);
	});

	test('waits as long as Retry-After says', async () => {
		addCases('emea', 1);
		const times: number[] = [];
		host.receivers.answer = () => {
			times.push(performance.now());
			return times.length === 1 ? { status: 429, headers: { 'retry-after': '4' } } : ACCEPT;
		};
		await host.n8n.runWorkflow('routeBySubTenant');
		await redeliver();
		expect(times).toHaveLength(2);
		expect(Number(times[1]) - Number(times[0])).toBeGreaterThan(3_900);
	});

	test('is sent again, and no other is, if n8n is killed between sending and marking it', async () => {
		const before = addCases('americas', EACH);
		await host.n8n.runWorkflow('routeBySubTenant');
		expect(titles(await host.receivers.take(EACH), AMERICAS)).toEqual(before);

		await host.n8n.publish('redeliver');
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
		await host.n8n.unpublish('redeliver');
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
			await redeliver();
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
			await redeliver();
			expect(titles(await host.receivers.take(2), EMEA)).toEqual(['meanwhile', 'twice/claimed']);
			expect(arrived).toBeGreaterThan(claimedUntil);
		});
	});

	test('is kept and reported to a second channel while its receiver is unknown', async () => {
		await host.customers.insert([{ sub_tenant: 'apac', receiver: 'customer-apac' }]);
		addCases('apac', 1);
		const before = host.receivers.sent.length;
		await host.n8n.runWorkflow('routeBySubTenant');
		await waitFor(async () => {
			await host.n8n.runWorkflow('redeliver');
			expect(host.receivers.sent.length).toBeGreaterThan(before);
		}, SOON);
		const [warning] = await host.receivers.take(1);
		expect(warning?.path).toBe('/pager/hooks/soc-lead');
		expect(warning?.body['text']).toContain('1 messages to "customer-apac"');
		const row = (await host.deliveries.rows()).find(({ receiver }) => receiver === 'customer-apac');
		expect(row).toMatchObject({ status: 'pending', error: 'not in Addresses' });
	});

	// Redeliver reads pages of 1,000.
	test.each([999, 1000])('is not delayed by %i messages to another receiver', async (others) => {
		const row = (receiver: string, n: number) => ({
			delivery: `${receiver}/backlog/${n}`,
			receiver,
			message: JSON.stringify({ text: `\`${receiver} ${n}\`` }),
			status: 'pending',
			due: new Date().toISOString(),
			attempts: '0',
			claim: '',
			error: '',
		});
		host.receivers.answer = ({ path }) => (path === EMEA ? { status: 500 } : ACCEPT);
		const rows = Array.from({ length: others }, (_, n) => row('customer-emea', others * 2 + n));
		await host.deliveries.insert([...rows, row('customer-americas', others)]);
		await host.n8n.runWorkflow('redeliver');
		const [sent] = await host.receivers.take(1);
		expect(titles(sent === undefined ? [] : [sent], AMERICAS)).toEqual([
			`customer-americas ${others}`,
		]);
		await host.deliveries.update({ receiver: 'customer-emea' }, { status: 'sent' });
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
		const published = host.n8n.publish('agentTools');
		// n8n 1 activates it, as the examples' README says.
		if (chosenVersion().startsWith('1.')) await published;
		else await expect(published).rejects.toThrow(HostError);
	});

	test('nothing else, in the documented order, with the credentials selected', async () => {
		const needs = (example: Example) =>
			array(example.nodes)
				.map(record)
				.flatMap(({ credentials }) => Object.keys(record(credentials)));
		// n8n connects to these services when it publishes, or refuses a credential that does not exist.
		const missing = new Set(['smtp', 'openAiApi', 'imap']);
		const ready = examples().filter((example) => !needs(example).some((type) => missing.has(type)));
		for (const { id } of ready.filter(
			({ id }) => !['agentTools', 'escalatedCases', 'onError', 'deliver'].includes(id),
		)) {
			await host.n8n.publish(id);
		}
	});
});

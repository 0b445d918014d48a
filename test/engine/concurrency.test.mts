import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { makeCase } from '../../tools/simulator/simulator.mts';
import {
	addNodeType,
	intezerCases,
	runNode,
	type NodeOutcome,
} from '../../tools/n8nEngine/engine.mts';
import { collectGarbage } from '../garbageCollection.mts';
import { simulatedIntezer } from './service.mts';
import { withoutWaiting } from './time.mts';

const CASES = Array.from({ length: 60 }, (_, n) => makeCase({ case_id: `case-${n}` }));
const service = simulatedIntezer({ cases: CASES });

interface GetAll {
	ids?: string[];
	options?: IDataObject;
	continueOnFail?: boolean;
	onStart?: (cancel: () => void) => void;
}

async function getAll({ ids = CASES.map((c) => c.case_id), options = {}, ...more }: GetAll = {}) {
	const run = async (): Promise<NodeOutcome> =>
		await runNode({
			parameters: {
				resource: 'case',
				operation: 'get',
				caseId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
				options: options as Record<string, string>,
			},
			credential: service.credential,
			input: ids.map((id) => ({ id })),
			...more,
		});
	return await run();
}

const paired = ({ items }: NodeOutcome) =>
	items.map(({ json, pairedItem }) => [json.error ?? json.case_id, pairedItem]);
const inOrder = CASES.map(({ case_id: id }, item) => [id, { item }]);

describe('Max Concurrency', () => {
	test.each([
		[{}, 20],
		[{ maxConcurrency: 1 }, 1],
		[{ maxConcurrency: 20 }, 20],
		[{ maxConcurrency: '={{ $json.id === "case-0" ? 3 : 20 }}' }, 3],
	])(
		'%j applies to all items together, and keeps their order and pairing',
		async (options, most) => {
			// Long enough that the last one is sent before the first gets its response.
			service.simulator.latencyMs = 20 * most;
			const outcome = await getAll({ options });
			expect(outcome.error).toBeUndefined();
			expect(paired(outcome)).toEqual(inOrder);
			expect(service.simulator.inFlight.peak).toBe(most);
		},
	);

	test('adds no listener to the execution for each request: Node warns of more than ten', async () => {
		const warnings: string[] = [];
		const onWarning = ({ message }: Error): number => warnings.push(message);
		// Not Jest's own copy of `process`, which gets no warnings.
		const node = process.getBuiltinModule('node:process');
		node.on('warning', onWarning);
		service.simulator.latencyMs = 400;
		const ids = CASES.slice(0, 40).map(({ case_id }) => case_id);
		const outcome = await getAll({ ids, options: { maxConcurrency: 20 } });
		node.off('warning', onWarning);
		expect(outcome.items).toHaveLength(40);
		expect(service.simulator.inFlight.peak).toBeGreaterThan(10);
		expect(warnings).toEqual([]);
	});

	test.each([
		['={{ 0 }}', "'Max Concurrency' must be a whole number of at least 1, but is 0"],
		['={{ 21 }}', "'Max Concurrency' must be at most 20, but is 21"],
		['={{ 2.5 }}', "'Max Concurrency' must be a whole number of at least 1, but is 2.5"],
		['={{ [] }}', "'Max Concurrency' must be a whole number of at least 1, but is a list"],
	])('%s is refused before any request', async (maxConcurrency, message) => {
		expect((await getAll({ options: { maxConcurrency } })).error?.message).toBe(
			`${message} [item 0]`,
		);
		const { json } = await getAll({
			ids: ['a', 'b'],
			options: { maxConcurrency },
			continueOnFail: true,
		});
		expect(json).toEqual([
			{ error: message, case_id: 'a' },
			{ error: message, case_id: 'b' },
		]);
		expect(service.simulator.requests).toHaveLength(0);
	});
});

test('An expression of another option that fails for the first item fails only that item', async () => {
	const outcome = await getAll({
		ids: ['case-0', 'case-1'],
		options: { additionalFields: "={{ $json.id === 'case-0' ? $('Missing').item : 'score' }}" },
		continueOnFail: true,
	});
	expect(paired(outcome)).toEqual([
		["Referenced node doesn't exist", { item: 0 }],
		['case-1', { item: 1 }],
	]);
});

describe('Items in parallel', () => {
	test('keep the order of the input, whatever the order of the responses', async () => {
		// Every third case is returned only at the second attempt.
		const failed = new Set<string>();
		service.simulator.fail({
			match: ({ path }) => /case-\d*[0369]$/.test(path) && failed.size < failed.add(path).size,
			status: 500,
			times: Infinity,
		});
		const outcome = await withoutWaiting(() => getAll());
		expect(outcome.error).toBeUndefined();
		expect(paired(outcome)).toEqual(inOrder);
	});

	test('fail alone with Continue On Fail', async () => {
		const ids = ['case-0', 'unknown', 'case-2', '..', 'case-4'];
		const outcome = await getAll({ ids, continueOnFail: true });
		expect(paired(outcome)).toEqual([
			['case-0', { item: 0 }],
			['Case not found', { item: 1 }],
			['case-2', { item: 2 }],
			["The case ID in 'Case' is invalid: '..' is a path, not an ID", { item: 3 }],
			['case-4', { item: 4 }],
		]);
	});

	test('end the execution at the first failure, and send no more requests', async () => {
		service.simulator.latencyMs = 20;
		const ids = ['case-0', 'unknown', ...CASES.map(({ case_id: id }) => id)];
		const { error } = await getAll({ ids });
		expect(error?.message).toBe('Case not found [item 1]');
		expect(error?.context?.itemIndex).toBe(1);
		expect(service.simulator.requests.length).toBeLessThanOrEqual(10);
	});

	test('slow down after a 429, and return the complete result', async () => {
		const { simulator } = service;
		// The service accepts three requests at once, and refuses any more with 429.
		simulator.latencyMs = 5;
		simulator.fail({
			match: () => simulator.inFlight.now > 3,
			path: /case-/,
			status: 429,
			headers: { 'retry-after': '1' },
			times: Infinity,
		});
		const outcome = await withoutWaiting(() => getAll({ options: { maxConcurrency: 20 } }));
		expect(outcome.error).toBeUndefined();
		expect(paired(outcome)).toEqual(inOrder);
		const refused = simulator.requests.filter(({ status }) => status === 429);
		expect(refused.length).toBeGreaterThan(0);
		expect(refused.length).toBeLessThan(60);
	});
});

describe('After a failure', () => {
	/** Ends the waits before retries, by moving the clock. */
	const withRetries = async (run: () => Promise<NodeOutcome>) =>
		await withoutWaiting(async () => {
			const outcome = await run();
			await new Promise((resolve) => setTimeout(resolve, 50_000));
			return outcome;
		});
	const expectNoRetry = () => {
		const sent = service.simulator.requests.map(({ path, body }) => JSON.stringify([path, body]));
		expect(new Set(sent).size).toBe(sent.length);
	};

	test('no more requests are sent for a search, even if other pages wait for a retry', async () => {
		const { simulator } = service;
		const offsetOf = ({ body }: { body?: unknown }) => (body as { offset: number }).offset;
		simulator.latencyMs = 5;
		simulator.fail({
			match: (request) => offsetOf(request) > 10,
			path: '/cases/search',
			status: 500,
			times: Infinity,
		});
		simulator.fail({
			match: (request) => offsetOf(request) === 10,
			path: '/cases/search',
			status: 403,
			times: Infinity,
		});
		const { error } = await withRetries(
			async () =>
				await runNode({
					parameters: {
						resource: 'case',
						operation: 'search',
						returnAll: true,
						options: { pageSize: 10 },
					},
					credential: service.credential,
				}),
		);
		expect(error?.message).toBe('The request to Intezer was refused (403)');
		expectNoRetry();
	});

	test('no more requests are sent for the item, and other items continue, with Continue On Fail', async () => {
		const { simulator } = service;
		simulator.fail({ path: '/case-0/users', status: 500, times: Infinity });
		simulator.fail({ path: '/case-0', status: 404, body: { error: 'Case not found' } });
		const outcome = await withRetries(
			async () => await getAll({ options: { include: ['users'] }, continueOnFail: true }),
		);
		expect(paired(outcome)).toEqual([['Case not found', { item: 0 }], ...inOrder.slice(1)]);
		expectNoRetry();
	});
});

describe('Canceling the execution', () => {
	test.each([1, 5])('stops the requests within one response (Max Concurrency %i)', async (most) => {
		const { simulator } = service;
		simulator.latencyMs = 10;
		let cancel: () => void = () => undefined;
		let asked = 0;
		simulator.beforeAnswer((_request, count) => {
			if (count !== 12) return;
			cancel();
			asked = simulator.requests.length;
		});
		await getAll({ options: { maxConcurrency: most }, onStart: (stop) => (cancel = stop) });
		await untilQuiet();
		expect(asked).toBeGreaterThan(0);
		// The others in flight were sent, but may not have arrived yet.
		expect(simulator.requests.length).toBeLessThanOrEqual(asked + most - 1);
	});

	test.each([
		['while it waits for the service', { status: 503, headers: { 'retry-after': '50' } }],
		['while it waits after a reset', { reset: true as const }],
		['while the service does not answer', { hang: true as const }],
	])('%s ends at once, and nothing is requested again', async (_when, fault) => {
		const { simulator } = service;
		simulator.fail({ path: /case-/, times: Infinity, after: 1, ...fault });
		let cancel: () => void = () => undefined;
		const failed = new Promise<void>((resolve) => {
			simulator.beforeAnswer((_request, count) => {
				if (count > 1) setImmediate(resolve);
			});
		});
		const run = getAll({
			options: { maxConcurrency: 1 },
			onStart: (stop) => (cancel = stop),
			continueOnFail: true,
		});
		await failed;
		cancel();
		const asked = simulator.requests.length;
		await run;
		await untilQuiet();
		expect(simulator.requests).toHaveLength(asked);
	});

	/** Waits for any requests that would still be sent. */
	async function untilQuiet(): Promise<void> {
		for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
	}
});

test('After an execution, nothing of it stays in memory', async () => {
	const contexts: Array<WeakRef<IExecuteFunctions>> = [];
	const observed: INodeType = {
		description: intezerCases.description,
		async execute() {
			contexts.push(new WeakRef(this));
			return (await intezerCases.execute?.call(this)) ?? null;
		},
	};
	const type = 'n8n-nodes-intezer.observed';
	addNodeType(type, observed);
	for (const returnAll of [true, false]) {
		const { error } = await runNode({
			type,
			parameters: { resource: 'case', operation: 'search', returnAll, options: { pageSize: 10 } },
			credential: service.credential,
		});
		expect(error).toBeUndefined();
	}
	await collectGarbage();
	expect(contexts).toHaveLength(2);
	expect(contexts.map((context) => context.deref() === undefined)).toEqual([true, true]);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../../../tools/simulator/plainClient.mts';
import { seedCases } from '../../../tools/simulator/seed.mts';
import {
	CASE_PRIORITIES,
	CASE_STATUSES,
	startSimulator,
	type SimulatedCase,
	type Simulator,
} from '../../../tools/simulator/simulator.mts';

const NOW = 1_760_000_000;
const WEEK = 7 * 24 * 3600;

describe('generated cases', () => {
	const cases = seedCases(300, { seed: 1, now: NOW });
	const countOf = (wanted: (each: SimulatedCase) => boolean) => cases.filter(wanted).length;

	it('are the same for the same seed, and differ for another one', () => {
		expect(seedCases(300, { seed: 1, now: NOW })).toEqual(cases);
		expect(seedCases(300, { seed: 2, now: NOW })).not.toEqual(cases);
	});

	it('have every status and priority, few of them escalated', () => {
		expect(new Set(cases.map((each) => each.case_status))).toEqual(new Set(CASE_STATUSES));
		expect(new Set(cases.map((each) => each.case_priority))).toEqual(new Set(CASE_PRIORITIES));
		expect(countOf((each) => each.case_priority === 'escalated')).toBeLessThan(30);
	});

	it('come from several products', () => {
		const sources = new Set(cases.flatMap((each) => each.case_sources));
		for (const source of ['s1', 'cs', 'microsoft_sentinel', 'splunk_siem', 'xsoar']) {
			expect(sources).toContain(source);
		}
	});

	it('are from the last four weeks, most of them recent, with times in order', () => {
		for (const each of cases) {
			expect(each.creation_time).toBeGreaterThanOrEqual(NOW - 4 * WEEK);
			expect(each.last_attached_alert_time).toBeGreaterThanOrEqual(each.creation_time);
			expect(each.modification_time).toBeGreaterThanOrEqual(each.last_attached_alert_time);
			expect(each.modification_time).toBeLessThanOrEqual(NOW);
		}
		const newest = countOf((each) => each.creation_time > NOW - WEEK);
		const oldest = countOf((each) => each.creation_time < NOW - 3 * WEEK);
		expect(newest).toBeGreaterThan(2 * oldest);
	});

	it('have UUIDs as ids, as many alerts as alerts_count, and example addresses', () => {
		const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
		expect(new Set(cases.map((each) => each.case_id)).size).toBe(300);
		for (const each of cases) {
			expect(each.case_id).toMatch(uuid);
			expect(each.alerts).toHaveLength(each.alerts_count);
			for (const { user_email } of each.users) {
				expect(user_email).toMatch(/@(example\.com|corp\.example)$/);
			}
		}
	});

	it('have values for every filter', () => {
		expect(
			countOf((each) => each.devices.some(({ hostname }) => hostname === 'host-8')),
		).toBeGreaterThan(0);
		expect(countOf((each) => each.devices.some(({ role }) => role === 'target'))).toBeGreaterThan(
			0,
		);
		expect(countOf((each) => each.ttps.length > 0)).toBeGreaterThan(0);
		expect(countOf((each) => each.analyst_verdict !== null)).toBeGreaterThan(0);
		expect(countOf((each) => each.assigned_account_id !== null)).toBeGreaterThan(0);
		expect(countOf((each) => each.sub_tenant_name !== null)).toBeGreaterThan(0);
		expect(countOf((each) => each.external_ticket_vendor !== null)).toBeGreaterThan(0);
	});
});

describe('200,000 cases', () => {
	let simulator: Simulator;

	beforeAll(async () => {
		simulator = await startSimulator({ cases: 200_000 });
	}, 30_000);

	afterAll(() => simulator.close());

	it('return a page quickly, also with filters and after changes', async () => {
		const client = await PlainClient.connect(simulator);
		const payload = { case_statuses: ['closed'] } as const;
		const first = await client.search({ offset: 150_000 });
		expect(first).toMatchObject({ count: 200_000 });
		expect(first.ids).toHaveLength(100);

		const timeOf = (offset: number): number => {
			const startedAt = performance.now();
			simulator.cases.search({ payload, offset });
			return performance.now() - startedAt;
		};
		const firstTime = timeOf(0);
		const [found] = simulator.cases.search({ payload }).cases;
		// The fastest run, because a busy machine may delay any of them.
		const pages = Array.from({ length: 100 }, (_, page) => timeOf(page * 100));
		expect(Math.min(...pages)).toBeLessThan(firstTime / 10);

		if (found === undefined) throw new Error('No case is closed.');
		const before = simulator.cases.search({ payload }).cases_count;
		simulator.cases.update(found.case_id, { case_status: 'new' });
		expect(simulator.cases.search({ payload }).cases_count).toBe(before - 1);
	});

	it('can all be excluded but one', async () => {
		const client = await PlainClient.connect(simulator);
		const [one, ...others] = simulator.cases.all.map((each) => each.case_id);
		const { count, ids } = await client.search({ payload: { exclude_case_ids: others } });
		expect({ count, ids }).toEqual({ count: 1, ids: [one] });
	});
});

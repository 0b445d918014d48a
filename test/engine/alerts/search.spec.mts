import type { INodeParameters } from 'n8n-workflow';
import { beforeEach, describe, expect, test } from '@jest/globals';

import { makeCase } from '../../../tools/simulator/simulator.mts';
import { runAlerts } from './runAlerts.mts';
import { simulatedIntezer } from '../service.mts';

describe('Search History of alerts', () => {
	const ENVIRONMENTS = ['production', 'lab', 'branch'];
	/** 450 alerts; every third id is in all environments. */
	const ALERTS = Array.from({ length: 270 }, (_, index) =>
		ENVIRONMENTS.slice(0, index % 3 === 0 ? 3 : 1).map((environment) => ({
			alert_id: `alert-${index}`,
			environment,
		})),
	).flat();
	const CASES = ALERTS.map((alert, index) =>
		makeCase({ alerts: [alert], creation_time: 1_760_000_000 + index, case_sources: ['cs'] }),
	);

	const service = simulatedIntezer({ cases: CASES });
	beforeEach(() => {
		service.simulator.countCap = undefined;
		service.simulator.maxExcludedIds = undefined;
		service.simulator.alertsForbidden = false;
	});

	const search = (parameters: INodeParameters = {}) =>
		runAlerts('search', parameters, { credential: service.credential });
	const identities = (json: ReadonlyArray<Record<string, unknown>>) =>
		json.map(({ alert_id, environment }) => `${String(alert_id)} ${String(environment)}`);
	const ALL = ALERTS.map(({ alert_id, environment }) => `${alert_id} ${environment}`);

	test('returns the newest 50 by default, simplified, and says how many match', async () => {
		const { json, items, hints } = await search();
		expect(identities(json)).toEqual(ALL.slice(-50).reverse());
		expect(Object.keys(json[0] ?? {})[0]).toBe('alert_id');
		expect(items.every(({ pairedItem }) => JSON.stringify(pairedItem) === '{"item":0}')).toBe(true);
		expect(hints).toMatchObject([
			{ message: expect.stringMatching(/^Returned 50 of 450 matching alerts\./) },
		]);
	});

	test('returns all, each once, also those whose ID is in several environments', async () => {
		const { json, hints } = await search({ returnAll: true, simplify: false });
		expect(identities(json)).toEqual([...ALL].reverse());
		expect(json[0]).toHaveProperty('triage_result');
		expect(hints).toEqual([]);
	});

	test('finds an alert whose ID was read in another environment, however the pages move', async () => {
		const { simulator } = service;
		const shy = ALERTS.filter(({ environment }) => environment === 'lab').slice(0, 5);
		const [first] = shy;
		// Before the second page, alerts of the first page disappear: the last ones move to pages that were read already.
		const gone = ALL.slice(-30);
		let isMoved = false;
		simulator.beforeAnswer(({ path, body }) => {
			const { offset = 0 } = (body ?? {}) as { offset?: number };
			if (!path.endsWith('/alerts/search') || offset === 0 || isMoved) return;
			isMoved = true;
			for (const alert of simulator.alerts.all) {
				if (gone.includes(`${alert.alert_id} ${alert.environment}`)) simulator.alerts.remove(alert);
			}
		});
		const { json, error } = await search({ returnAll: true, options: { pageSize: 40 } });
		simulator.beforeAnswer(undefined);
		expect(error).toBeUndefined();
		const found = identities(json);
		expect(new Set(found).size).toBe(found.length);
		expect(ALL.filter((each) => !gone.includes(each) && !found.includes(each))).toEqual([]);
		expect(found).toContain(`${first?.alert_id ?? ''} lab`);
		for (const each of gone) {
			const [alert_id = '', environment = ''] = each.split(' ');
			simulator.alerts.add({ alert_id, environment, creation_time: 1_760_000_500 });
		}
	});

	test('needs no lookup by IDs within a single environment', async () => {
		const { json } = await search({ returnAll: true, filters: { environments: 'production' } });
		expect(json).toHaveLength(270);
		expect(service.simulator.requests.filter(({ method }) => method === 'GET')).toEqual([]);
	});

	test('sends no further lookups by IDs if the service refuses the first one', async () => {
		const isLookup = ({ method, path }: { method: string; path: string }) =>
			method === 'GET' && path.endsWith('/alerts/search');
		service.simulator.fail({ match: isLookup, status: 404, body: '<html>', times: Infinity });
		const { json, error } = await search({ returnAll: true });
		expect(error).toBeUndefined();
		expect(identities(json).sort()).toEqual([...ALL].sort());
		const lookups = service.simulator.requests.filter(isLookup);
		const sizes = lookups.map(({ body }) => (body as { alert_ids: string[] }).alert_ids.length);
		// The first part, and the check whether a single ID is accepted.
		expect(sizes.slice(0, 2)).toEqual([100, 1]);
	});

	test('is proved complete by time if the service accepts no long exclusion', async () => {
		service.simulator.maxExcludedIds = 20;
		const { json, error } = await search({ returnAll: true });
		expect(error).toBeUndefined();
		expect(identities(json).sort()).toEqual([...ALL].sort());
	});

	test('counts the alerts that match', async () => {
		const { json } = await search({ filters: { sources: 'cs' }, options: { countOnly: true } });
		expect(json).toEqual([{ alerts_count: expect.any(Number) }]);
		expect(service.simulator.requests.at(-1)?.body).toEqual({
			sources: ['cs'],
			offset: 0,
			limit: 1,
		});
	});

	test('adds the fields that the user names', async () => {
		const { json } = await search({
			limit: 1,
			options: { additionalFields: 'creation_time, triage_result.risk_level, none' },
		});
		expect(json[0]).toMatchObject({ 'triage_result.risk_level': 'medium', none: null });
		expect(json[0]?.creation_time).toEqual(expect.any(Number));
	});

	test('returns no items if nothing is found, or fails if the user wants that', async () => {
		const filters = { sources: 'none' };
		expect((await search({ filters })).json).toEqual([]);
		const { error } = await search({ filters, options: { whenNothingFound: 'fail' } });
		expect(error?.message).toBe('No alert matches');
	});

	test('mentions alerts, not cases, if it is incomplete', async () => {
		const { error } = await search({ limit: 10, options: { whenIncomplete: 'fail' } });
		expect(error?.message).toBe("450 alerts match, but 'Limit' is 10");
		expect(error?.description).toMatch(/'Return Found Alerts'/);
	});

	test('says so if the account may not use alerts, or the service does not offer the call', async () => {
		service.simulator.alertsForbidden = true;
		expect((await search()).error?.message).toMatch(/does not have access to alerts$/);
		service.simulator.alertsForbidden = false;
		service.simulator.onPremises = true;
		const { error } = await search();
		service.simulator.onPremises = false;
		expect(error?.message).toBe('Intezer does not offer this operation at this address (404)');
	});
});

// Searches for alerts whose ids are unique only within an environment: excluding an id hides the alerts of other
// environments with the same id.
import { describe, expect, test } from '@jest/globals';

import { alertIdOf, environmentOf } from '../../../nodes/intezer/alertId.ts';
import type { AlertLookup } from '../../../nodes/intezer/alertLookup.ts';
import { refusal } from '../../../nodes/intezer/http/errors.ts';
import {
	alertSearchTarget,
	type AlertSearcher,
} from '../../../nodes/intezer/search/alertSearchTarget.ts';
import { findByExclusion } from '../../../nodes/intezer/search/exclusion/findByExclusion.ts';
import { FoundEntries } from '../../../nodes/intezer/search/pages/foundEntries.ts';
import { PageFetcher } from '../../../nodes/intezer/search/pages/pageFetcher.ts';
import type { SearchQuery } from '../../../nodes/intezer/types.ts';

interface TestAlert {
	alert_id: string;
	/** Undefined if a response does not contain it. */
	environment: string | undefined;
	alert_verdict?: string;
}

const alert = (alert_id: string, environment: string | undefined, more = {}): TestAlert => ({
	alert_id,
	environment,
	...more,
});

/** A service with these alerts. In `received`, each search as its environments and what it excludes. */
class AlertService implements AlertSearcher {
	readonly received: Array<{
		environments: unknown;
		excluded: unknown;
		offset: number;
		limit: number;
	}> = [];
	readonly lookedUp: Array<readonly string[]> = [];

	constructor(
		private readonly alerts: readonly TestAlert[],
		private readonly options: { refusesLookups?: boolean; mostExcluded?: number } = {},
	) {}

	async searchPage(filters: SearchQuery['payload'], offset: number, limit: number) {
		const { environments, exclude_alert_ids: excluded = [], alert_verdicts } = filters;
		this.received.push({ environments, excluded, offset, limit });
		const isIn = (list: unknown, value: unknown) => Array.isArray(list) && list.includes(value);
		if (Array.isArray(excluded) && excluded.length > (this.options.mostExcluded ?? Infinity)) {
			throw refusal(413, {});
		}
		const matching = this.alerts.filter(
			(each) =>
				!isIn(excluded, each.alert_id) &&
				(environments === undefined || isIn(environments, each.environment)) &&
				(alert_verdicts === undefined || isIn(alert_verdicts, each.alert_verdict)),
		);
		const entries = matching.slice(offset, offset + limit).map((each) => ({ ...each }));
		return await Promise.resolve({ entries, count: matching.length, serverTime: undefined });
	}

	async getByIds({ ids, isWanted = () => true }: AlertLookup) {
		this.lookedUp.push(ids);
		if (this.options.refusesLookups === true) throw refusal(404, {}, 'noAlertCall');
		const found = this.alerts.filter(({ alert_id }) => ids.includes(alert_id));
		return await Promise.resolve(found.map((each) => ({ ...each })).filter(isWanted));
	}
}

async function fetchMissing(
	service: AlertService,
	known: readonly TestAlert[],
	payload: SearchQuery['payload'] = {},
	more: { offset?: number; limit?: number } = {},
) {
	const target = alertSearchTarget(service, 1);
	const found = new FoundEntries(target);
	found.add(
		known.map((each) => ({ ...each })),
		0,
	);
	const extent = { offset: 0, limit: Infinity, pageSize: 5, ...more };
	const completeness = await findByExclusion(new PageFetcher(target), { payload }, extent, found);
	const names = found.inOrder().map((each) => `${alertIdOf(each)} ${environmentOf(each)}`);
	return { completeness, names };
}

const a1 = alert('a', 'one');
const b1 = alert('b', 'one');
const c1 = alert('c', 'one');
const a2 = alert('a', 'two');
const b2 = alert('b', 'two');
const a3 = alert('a', 'three');

describe('The alerts that are not found yet', () => {
	test('are found in other environments too', async () => {
		const service = new AlertService([a1, b1, a2, c1, b2, a3]);
		const { completeness, names } = await fetchMissing(service, [a1, b1]);
		expect(completeness).toBe('complete');
		expect(names).toEqual(['a one', 'b one', 'c one', 'a two', 'b two', 'a three']);
		expect(service.lookedUp).toEqual([['a', 'b']]);
		expect(service.received).toEqual([
			{ environments: undefined, excluded: ['a', 'b'], offset: 0, limit: 5 },
			// `a` and `b` are hidden there, `c` is not.
			{ environments: ['two'], excluded: ['c'], offset: 0, limit: 5 },
			{ environments: ['three'], excluded: ['b', 'c'], offset: 0, limit: 5 },
		]);
	});

	test('are found in another environment although they fill several pages there', async () => {
		const ids = Array.from({ length: 12 }, (_, number) => `id ${number}`);
		const inOne = ids.map((id) => alert(id, 'one'));
		const service = new AlertService([...inOne, ...ids.map((id) => alert(id, 'two'))]);
		const { completeness, names } = await fetchMissing(service, inOne);
		expect(completeness).toBe('complete');
		expect(new Set(names).size).toBe(24);
	});

	test('exclude an id in an environment where an alert with this id is known', async () => {
		const twice = alert('b', 'two', { alert_verdict: 'other' });
		const service = new AlertService([a1, a2, b1, b2]);
		const { completeness, names } = await fetchMissing(service, [a1, b1, twice]);
		expect(completeness).toBe('complete');
		expect(names).toEqual(['a one', 'b one', 'b two', 'a two']);
		expect(service.received.at(-1)).toMatchObject({ environments: ['two'], excluded: ['b'] });
	});

	test('are only those that match the search', async () => {
		const match = { alert_verdict: 'malicious' };
		const service = new AlertService([
			alert('a', 'one', match),
			alert('a', 'two', { alert_verdict: 'benign' }),
			alert('a', 'three', match),
		]);
		const { completeness, names } = await fetchMissing(service, [a1], {
			alert_verdicts: ['malicious'],
		});
		expect({ completeness, names }).toEqual({
			completeness: 'complete',
			names: ['a one', 'a three'],
		});
	});

	test('are not searched in environments that the search is not for', async () => {
		const service = new AlertService([a1, a2, a3]);
		const environments = ['one', 'three'];
		const { names } = await fetchMissing(service, [a1], { environments });
		expect(names).toEqual(['a one', 'a three']);
		expect(service.received.map((each) => each.environments)).toEqual([environments, ['three']]);
	});

	test('are not looked up in a search of a single environment', async () => {
		const service = new AlertService([a1, b1, c1, a2]);
		const outcome = await fetchMissing(service, [a1, b1], { environments: ['one'] });
		expect(outcome).toEqual({ completeness: 'complete', names: ['a one', 'b one', 'c one'] });
		expect(service.lookedUp).toEqual([]);
	});

	test('are looked up if the environments are no list', async () => {
		const service = new AlertService([a1, b1]);
		await fetchMissing(service, [a1, b1], { environments: '1' });
		expect(service.lookedUp).toHaveLength(1);
	});

	test('are not searched again if no other environment has their ids', async () => {
		const service = new AlertService([a1, b1, c1]);
		const outcome = await fetchMissing(service, [a1, b1, c1]);
		expect(outcome).toEqual({ completeness: 'complete', names: ['a one', 'b one', 'c one'] });
		expect(service.received).toHaveLength(1);
	});
});

describe('The alerts that are not found yet, up to a limit', () => {
	test('are not looked up if enough are found', async () => {
		const service = new AlertService([a1, b1, c1, a2]);
		const outcome = await fetchMissing(service, [a1, b1], {}, { limit: 3 });
		expect(outcome).toEqual({ completeness: 'complete', names: ['a one', 'b one', 'c one'] });
		expect(service.lookedUp).toEqual([]);
	});

	test('are searched in no more environments than needed', async () => {
		const service = new AlertService([a1, a2, a3]);
		const outcome = await fetchMissing(service, [a1], {}, { limit: 2 });
		expect(outcome).toEqual({ completeness: 'complete', names: ['a one', 'a two'] });
		expect(service.received.map((each) => each.environments)).toEqual([undefined, ['two']]);
	});
});

describe('Alerts cannot be proved to be all', () => {
	test('with an offset, which may skip one that an excluded id hides', async () => {
		const service = new AlertService([a1, b1]);
		const { completeness } = await fetchMissing(service, [b1], {}, { offset: 1 });
		expect(completeness).toBe('refused');
		expect(service.received).toEqual([]);
	});

	test('if the service looks up no ids', async () => {
		const service = new AlertService([a1, a2], { refusesLookups: true });
		expect(await fetchMissing(service, [a1])).toMatchObject({ completeness: 'refused' });
	});

	test('if the service does not say in which environment one of those found is', async () => {
		const service = new AlertService([a1, alert('b', undefined)]);
		expect(await fetchMissing(service, [a1])).toMatchObject({ completeness: 'refused' });
		expect(service.lookedUp).toEqual([]);
	});

	test('if the service does not say in which environment one of those looked up is', async () => {
		const service = new AlertService([a1, alert('a', undefined)]);
		const { completeness, names } = await fetchMissing(service, [a1]);
		expect({ completeness, names }).toEqual({ completeness: 'refused', names: ['a one'] });
		expect(service.lookedUp).toHaveLength(1);
	});

	test('if the service refuses to exclude as many ids', async () => {
		const service = new AlertService([a1, b1, a2], { mostExcluded: 1 });
		expect(await fetchMissing(service, [a1, b1])).toMatchObject({ completeness: 'refused' });
		expect(service.lookedUp).toEqual([]);
	});

	test('if the service refuses to exclude as many ids in another environment', async () => {
		// `b` is found with the first request, so only `c` and `b` together are too many.
		const service = new AlertService([a1, b1, c1, a2], { mostExcluded: 1 });
		expect(await fetchMissing(service, [a1])).toMatchObject({ completeness: 'refused' });
		expect(service.lookedUp).toEqual([['a']]);
	});
});

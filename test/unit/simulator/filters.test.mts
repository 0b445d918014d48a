import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { runs } from '../../propertyRuns.mts';
import { CaseStore } from '../../../tools/simulator/caseStore.mts';
import { seededRandom } from '../../../tools/simulator/random.mts';
import { makeCase, SORT_FIELDS, type SearchBody } from '../../../tools/simulator/simulator.mts';

function storeOf(...cases: Parameters<typeof makeCase>[0][]): CaseStore {
	const store = new CaseStore({ now: () => 100, caseUrl: (id) => id, random: seededRandom(1) });
	for (const each of cases) store.add(each);
	return store;
}

const rich = {
	case_id: 'rich',
	case_title: 'Suspicious PowerShell',
	case_status: 'in_progress',
	case_priority: 'escalated',
	case_sources: ['s1', 'xsoar'],
	analyst_verdict: 'malicious',
	case_triage: { risk_category: 'malware', case_verdict: 'bad', response_status: 'pending' },
	creation_time: 50,
	modification_time: 60,
	last_attached_alert_time: 55,
	sub_tenant_name: 'emea',
	assigned_account_id: 'Account-1',
	external_ticket_vendor: 'jira',
	devices: [
		{
			hostname: 'HOST-8',
			device_id: 'd8',
			device_key: 'k8',
			private_ips: ['10.0.0.8', '10.0.1.8'],
			external_ips: ['192.0.2.8'],
			tags: ['server'],
			managed_by: 'intune',
			role: 'source',
		},
		{ hostname: 'target', device_key: 'k9', role: 'target' },
	],
	users: [
		{ user_id: 'u1', user_email: 'a@example.com', user_name: 'a', user_sid: 'S-1', user_key: 'uk' },
	],
	alerts: [{ alert_id: 'alert-1', environment: 'cloud' }],
} as const;

/** A case that matches almost no filter. */
const bare = {
	case_id: 'bare',
	case_title: 'Another',
	case_status: 'new',
	case_priority: 'low',
	case_sources: [],
	case_triage: null,
	creation_time: 10,
	alerts: [],
} as const;

const store = storeOf(rich, bare);

function found(payload: SearchBody['payload'], search_mode?: SearchBody['search_mode']): string[] {
	const { cases_count, cases } = store.search({ payload, search_mode });
	expect(cases_count).toBe(cases.length);
	return cases.map((each) => each.case_id).sort();
}

describe('each filter', () => {
	it.each<[SearchBody['payload'], SearchBody['payload']]>([
		[{ case_ids: ['x', 'rich'] }, { case_ids: ['ric', 'RICH'] }],
		[{ sources: ['x', 'xsoar'] }, { sources: ['S1', 'xs'] }],
		[{ free_text: 'powershell' }, { free_text: 'powershell2' }],
		[{ free_text: 'RIC' }, { free_text: 'malicious' }],
		[{ free_text: 'host-8' }, { free_text: 'host-88' }],
		[{ free_text: 'account-1' }, { free_text: 'emea' }],
		[{ sub_tenant_names: ['emea'] }, { sub_tenant_names: ['EMEA'] }],
		[{ risk_categories: ['malware'] }, { risk_categories: ['bad'] }],
		[{ case_verdicts: ['bad'] }, { case_verdicts: ['malicious'] }],
		[{ response_statuses: ['pending'] }, { response_statuses: ['bad'] }],
		[{ analyst_verdicts: ['malicious'] }, { analyst_verdicts: ['bad'] }],
		[{ case_statuses: ['closed', 'in_progress'] }, { case_statuses: ['closed'] }],
		[{ priorities: ['escalated'] }, { priorities: ['high', 'medium'] }],
		[{ assigned_account_ids: ['Account-1'] }, { assigned_account_ids: ['account-1'] }],
		[{ external_ticket_vendors: ['jira'] }, { external_ticket_vendors: ['ji'] }],
		[{ devices: { hostnames: ['HOST-8'] } }, { devices: { hostnames: ['host-8'] } }],
		[
			{ devices: { device_private_ips: ['10.0.1.8'] } },
			{ devices: { device_private_ips: ['192.0.2.8'] } },
		],
		[
			{ devices: { device_external_ips: ['192.0.2.8'] } },
			{ devices: { device_external_ips: ['10.0.0.8'] } },
		],
		[{ devices: { device_ids: ['d8'] } }, { devices: { device_ids: ['k8'] } }],
		[{ devices: { device_tags: ['server'] } }, { devices: { device_tags: ['laptop'] } }],
		[{ devices: { device_managed_by: ['intune'] } }, { devices: { device_managed_by: ['jamf'] } }],
		[{ devices: { device_keys: ['k9'] } }, { devices: { device_keys: ['d8'] } }],
		[{ devices: { source_device_keys: ['k8'] } }, { devices: { source_device_keys: ['k9'] } }],
		[{ devices: { target_device_keys: ['k9'] } }, { devices: { target_device_keys: ['k8'] } }],
		[{ users: { user_ids: ['u1'] } }, { users: { user_ids: ['a'] } }],
		[{ users: { user_emails: ['a@example.com'] } }, { users: { user_emails: ['A@example.com'] } }],
		[{ users: { user_names: ['a'] } }, { users: { user_names: ['u1'] } }],
		[{ users: { user_sids: ['S-1'] } }, { users: { user_sids: ['S-2'] } }],
		[{ users: { user_keys: ['uk'] } }, { users: { user_keys: ['u'] } }],
		[
			{ alert_identifiers: [{ alert_id: 'alert-1' }] },
			{ alert_identifiers: [{ alert_id: 'alert-1', environment: 'other' }] },
		],
		[
			{ alert_identifiers: [{ alert_id: 'x' }, { alert_id: 'alert-1', environment: 'cloud' }] },
			{ alert_identifiers: [{ alert_id: 'alert-2' }] },
		],
		[{ time_range_start: 50 }, { time_range_start: 51 }],
		[
			{ time_range_start: 11, time_range_end: 50 },
			{ time_range_start: 11, time_range_end: 49 },
		],
		[
			{ time_range_start: 60, time_range_end: 60, time_range_field: 'modification_time' },
			{ time_range_start: 61, time_range_field: 'modification_time' },
		],
		[
			{ time_range_start: 55, time_range_field: 'last_attached_alert_time' },
			{ time_range_start: 56, time_range_field: 'last_attached_alert_time' },
		],
	])('%j finds the case, %j does not', (finds, findsNot) => {
		expect(found(finds)).toEqual(['rich']);
		expect(found(findsNot)).toEqual([]);
	});
});

describe('several filters', () => {
	it('match every case if none is given, in both modes', () => {
		expect(found({})).toEqual(['bare', 'rich']);
		expect(found({}, 'or')).toEqual(['bare', 'rich']);
		expect(found({ time_range_field: 'modification_time' }, 'or')).toEqual(['bare', 'rich']);
	});

	it('must all match, or any of them in search mode or', () => {
		const payload = { case_statuses: ['new'], priorities: ['escalated'] } as const;
		expect(found(payload)).toEqual([]);
		expect(found(payload, 'and')).toEqual([]);
		expect(found(payload, 'or')).toEqual(['bare', 'rich']);
	});

	it('count each list of devices and of users as a filter of its own', () => {
		const devices = { hostnames: ['HOST-8'], device_ids: ['nothing'] };
		const users = { user_ids: ['u1'], user_names: ['nothing'] };
		expect(found({ devices })).toEqual([]);
		expect(found({ devices }, 'or')).toEqual(['rich']);
		expect(found({ users })).toEqual([]);
		expect(found({ users }, 'or')).toEqual(['rich']);
	});

	it('never match an excluded case', () => {
		expect(found({ exclude_case_ids: ['rich'] })).toEqual(['bare']);
		expect(found({ exclude_case_ids: ['rich'] }, 'or')).toEqual(['bare']);
		expect(found({ exclude_case_ids: ['rich'], free_text: 'powershell' }, 'or')).toEqual([]);
		expect(found({ exclude_case_ids: ['rich'], case_ids: ['rich'] })).toEqual([]);
	});
});

it('finds the same cases as a plain filter and sort, after any changes', () => {
	const caseId = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
	const small = fc.integer({ min: 0, max: 3 });
	const change = fc.record({ caseId, remove: fc.boolean(), creation: small, alerts: small });
	fc.assert(
		fc.property(
			fc.array(change, { maxLength: 40 }),
			fc.constantFrom(...SORT_FIELDS),
			fc.boolean(),
			(changes, sort_by, ascending) => {
				const changing = storeOf();
				changing.settings.ascending = ascending ? SORT_FIELDS : [];
				for (const { caseId: id, remove, creation, alerts } of changes) {
					const patch = { creation_time: creation, alerts_count: alerts };
					if (changing.get(id) === undefined) changing.add({ case_id: id, ...patch });
					else if (remove) changing.remove(id);
					else changing.update(id, patch);

					const payload = { time_range_start: 1 };
					const { cases_count, cases } = changing.search({ payload, sort_by });
					const plain = changing.all.filter((each) => each.creation_time >= 1);
					const values = cases.map((each) => each[sort_by]);
					const sorted = plain.map((each) => each[sort_by]).sort((a, b) => a - b);
					expect(new Set(cases)).toEqual(new Set(plain));
					expect(cases_count).toBe(plain.length);
					expect(values).toEqual(ascending ? sorted : sorted.toReversed());
				}
			},
		),
		{ numRuns: runs(60) },
	);
});

import { hex, pick, pickSome, pickWeighted, seededRandom, uuid } from './random.mts';
import type { Random } from './random.mts';
import { buildPools, SCENARIOS, type Pools, type Scenario } from './seedPools.mts';
import type {
	CasePriority,
	CaseStatus,
	CaseTriage,
	SimulatedAlert,
	SimulatedCase,
} from './simulatedCase.mts';

const FOUR_WEEKS = 28 * 24 * 3600;

const PRIORITIES: ReadonlyArray<readonly [CasePriority, number]> = [
	['informational', 18],
	['low', 32],
	['medium', 30],
	['high', 16],
	['escalated', 4],
];

const FRESH_STATUSES: ReadonlyArray<readonly [CaseStatus, number]> = [
	['new', 55],
	['in_progress', 25],
	['on_hold', 5],
	['suppressed', 8],
	['closed', 7],
];

const OLD_STATUSES: ReadonlyArray<readonly [CaseStatus, number]> = [
	['new', 4],
	['in_progress', 8],
	['on_hold', 8],
	['suppressed', 20],
	['closed', 60],
];

/**
 * Generates realistic cases of a SOC, created in the four weeks before `now` (Unix seconds), most of
 * them recently. The same seed and `now` give the same cases.
 */
export function seedCases(
	count: number,
	{ seed, now }: { readonly seed: number; readonly now: number },
): SimulatedCase[] {
	const random = seededRandom(seed);
	const pools = buildPools(seed, random);
	const ages = Array.from({ length: count }, () => random() ** 2 * FOUR_WEEKS);
	return ages
		.sort((a, b) => b - a)
		.map((age) => seedCase(random, pools, Math.floor(now), Math.floor(age)));
}

function seedCase(random: Random, pools: Pools, now: number, age: number): SimulatedCase {
	const scenario = pick(random, SCENARIOS);
	const priority = pickWeighted(random, PRIORITIES);
	const status = pickWeighted(random, age < 3 * 24 * 3600 ? FRESH_STATUSES : OLD_STATUSES);
	const source = pick(random, scenario.sources);
	const devices = pick(random, pools.devices);
	const users = pick(random, pools.users);
	const created = now - age;
	const lastAlert = created + Math.floor(random() ** 3 * Math.min(age, 2 * 24 * 3600));
	const alerts = seedAlerts(random, source);
	const isAssigned = status === 'in_progress' || status === 'on_hold' || random() < 0.1;
	return {
		case_id: uuid(random),
		case_title: titleOf(scenario, devices[0]?.hostname, users[0]?.user_email),
		case_status: status,
		case_priority: priority,
		alerts_count: alerts.length,
		case_sources: random() < 0.12 ? pickSome(random, [source, ...ALL_SOURCES], 2) : [source],
		case_tags: pick(random, pools.tags),
		analyst_verdict: status === 'closed' ? pick(random, ANALYST_VERDICTS) : null,
		intezer_case_url: '',
		case_triage: triageOf(random, scenario, priority, status),
		creation_time: created,
		modification_time: lastAlert + Math.floor(random() ** 2 * (now - lastAlert)),
		last_attached_alert_time: lastAlert,
		sub_tenant_name: random() < 0.8 ? pick(random, pools.subTenants) : null,
		assigned_account_id: isAssigned ? pick(random, pools.accounts) : null,
		external_ticket_vendor: random() < 0.3 ? pick(random, TICKET_VENDORS) : null,
		devices,
		users,
		ttps: pick(random, pools.ttps),
		alerts,
	};
}

const ALL_SOURCES = ['s1', 'cs', 'microsoft_sentinel', 'splunk_siem', 'xsoar'];
const TICKET_VENDORS = ['jira', 'servicenow', 'zendesk'];
const ANALYST_VERDICTS = ['malicious', 'suspicious', 'false_positive', 'benign'];

function seedAlerts(random: Random, source: string): SimulatedAlert[] {
	// Most cases have an alert or two, a few have dozens.
	const count = 1 + Math.floor(random() ** 12 * 40);
	const first = hex(random, 6);
	return Array.from({ length: count }, (_, index) => ({
		alert_id: `${source}-${first}-${index}`,
		environment: source,
	}));
}

function titleOf(scenario: Scenario, hostname = 'an unknown device', email = 'unknown'): string {
	return scenario.title.replace('{host}', hostname).replace('{user}', email);
}

function triageOf(
	random: Random,
	scenario: Scenario,
	priority: CasePriority,
	status: CaseStatus,
): CaseTriage {
	const isGrave = priority === 'escalated' || priority === 'high';
	const isOver = status === 'closed' || status === 'suppressed';
	return {
		risk_category: scenario.riskCategory,
		case_verdict: isGrave
			? pickWeighted(random, [
					['malicious', 70],
					['suspicious', 30],
				])
			: pickWeighted(random, [
					['suspicious', 35],
					['false_positive', 35],
					['benign', 20],
					['inconclusive', 10],
				]),
		response_status: isOver
			? pickWeighted(random, [
					['auto_resolved', 70],
					['resolved', 30],
				])
			: isGrave
				? 'action_required'
				: pick(random, ['action_required', 'pending', 'monitoring']),
	};
}

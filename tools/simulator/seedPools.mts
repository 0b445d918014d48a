import { faker } from '@faker-js/faker/locale/en';
import { between, hex, pick, pickSome, pickWeighted, type Random } from './random.mts';
import type { SimulatedDevice, SimulatedTtp, SimulatedUser } from './simulatedCase.mts';

/** The incident behind a case. `{host}` and `{user}` in the title stand for its first device and user. */
export interface Scenario {
	readonly title: string;
	readonly riskCategory: string;
	readonly sources: readonly string[];
}

const ENDPOINT = ['s1', 'cs', 'microsoft_defender', 'xsoar'];
const SIEM = ['microsoft_sentinel', 'splunk_siem', 'google_secops', 'xsoar'];
const MAIL = ['abuse_mailbox', 'microsoft_sentinel'];

export const SCENARIOS: readonly Scenario[] = [
	scenario('Suspicious PowerShell on {host}', 'suspicious_activity', ENDPOINT),
	scenario('Encoded PowerShell command launched by Office on {host}', 'malware', ENDPOINT),
	scenario('Ransomware behavior blocked on {host}', 'ransomware', ENDPOINT),
	scenario('Credential dumping from LSASS on {host}', 'credential_theft', ENDPOINT),
	scenario('Unsigned driver loaded on {host}', 'suspicious_activity', ENDPOINT),
	scenario('Infostealer detected on {host}', 'malware', ENDPOINT),
	scenario('Coin miner running on {host}', 'malware', ENDPOINT),
	scenario('Potentially unwanted application on {host}', 'unwanted_application', ENDPOINT),
	scenario('Scheduled task created by a script on {host}', 'suspicious_activity', ENDPOINT),
	scenario('Remote administration tool installed on {host}', 'policy_violation', ENDPOINT),
	scenario('Beaconing to a rare domain from {host}', 'command_and_control', SIEM),
	scenario('Port scan from {host}', 'reconnaissance', SIEM),
	scenario('Large upload to cloud storage from {host}', 'data_exfiltration', SIEM),
	scenario('Impossible travel for {user}', 'account_compromise', SIEM),
	scenario('Many failed sign-ins for {user}', 'account_compromise', SIEM),
	scenario('New inbox forwarding rule for {user}', 'account_compromise', SIEM),
	scenario('MFA fatigue against {user}', 'account_compromise', SIEM),
	scenario('Phishing e-mail reported by {user}', 'phishing', MAIL),
	scenario('Malicious attachment delivered to {user}', 'phishing', MAIL),
];

function scenario(title: string, riskCategory: string, sources: readonly string[]): Scenario {
	return { title, riskCategory, sources };
}

const TTPS: readonly SimulatedTtp[] = [
	{ ttp_id: 'T1003', ttp_name: 'OS Credential Dumping' },
	{ ttp_id: 'T1021', ttp_name: 'Remote Services' },
	{ ttp_id: 'T1027', ttp_name: 'Obfuscated Files or Information' },
	{ ttp_id: 'T1046', ttp_name: 'Network Service Discovery' },
	{ ttp_id: 'T1053', ttp_name: 'Scheduled Task/Job' },
	{ ttp_id: 'T1055', ttp_name: 'Process Injection' },
	{ ttp_id: 'T1059', ttp_name: 'Command and Scripting Interpreter' },
	{ ttp_id: 'T1071', ttp_name: 'Application Layer Protocol' },
	{ ttp_id: 'T1078', ttp_name: 'Valid Accounts' },
	{ ttp_id: 'T1105', ttp_name: 'Ingress Tool Transfer' },
	{ ttp_id: 'T1110', ttp_name: 'Brute Force' },
	{ ttp_id: 'T1204', ttp_name: 'User Execution' },
	{ ttp_id: 'T1486', ttp_name: 'Data Encrypted for Impact' },
	{ ttp_id: 'T1547', ttp_name: 'Boot or Logon Autostart Execution' },
	{ ttp_id: 'T1566', ttp_name: 'Phishing' },
	{ ttp_id: 'T1567', ttp_name: 'Exfiltration Over Web Service' },
];

/**
 * The devices, users and other entities of the organization. They are in groups that many cases share,
 * so that 200,000 cases don't need lists of their own.
 */
export interface Pools {
	readonly devices: ReadonlyArray<readonly SimulatedDevice[]>;
	readonly users: ReadonlyArray<readonly SimulatedUser[]>;
	readonly ttps: ReadonlyArray<readonly SimulatedTtp[]>;
	readonly tags: ReadonlyArray<readonly string[]>;
	readonly subTenants: readonly string[];
	readonly accounts: readonly string[];
}

/** Creates the pools with faker, once; combining cases from them is fast. */
export function buildPools(seed: number, random: Random): Pools {
	faker.seed(seed);
	const plain = Array.from({ length: 40 }, (_, index) => `host-${index}`);
	const named = Array.from({ length: 160 }, () => hostname(random));
	const devices = [...plain, ...new Set(named)].map((name) => device(random, name));
	const users = Array.from({ length: 150 }, (_, index) => user(random, index));
	const tags = ['vip', 'after_hours', 'repeat', 'crown_jewels', 'phishing_drill', 'needs_review'];
	return {
		devices: groups(random, devices, 500, () => pickWeighted(random, FEW)),
		users: groups(random, users, 500, () => pickWeighted(random, FEW)),
		ttps: groups(random, TTPS, 200, () => between(random, 0, 4)),
		tags: groups(random, tags, 50, () => between(random, 0, 3)),
		subTenants: ['emea', 'americas', 'apac', 'headquarters'],
		accounts: faker.helpers.multiple(() => faker.string.uuid(), { count: 8 }),
	};
}

const FEW: ReadonlyArray<readonly [number, number]> = [
	[1, 70],
	[2, 20],
	[3, 10],
];

/** Creates `count` groups. The first elements cycle through `values`, so that each value is in some group. */
function groups<T>(random: Random, values: readonly T[], count: number, size: () => number): T[][] {
	return Array.from({ length: count }, (_, index) => {
		const first = values.slice(index % values.length, (index % values.length) + 1);
		return [...new Set([...first, ...pickSome(random, values, 3)])].slice(0, size());
	});
}

function hostname(random: Random): string {
	const department = pick(random, ['FIN', 'HR', 'ENG', 'OPS', 'SALES', 'LEGAL']);
	const kind = pick(random, ['WKS', 'LAP', 'SRV', 'DC']);
	return `${department}-${kind}-${String(between(random, 1, 999)).padStart(4, '0')}`;
}

function device(random: Random, name: string): SimulatedDevice {
	const role = pick(random, ['source', 'target', 'neither'] as const);
	return {
		hostname: name,
		device_id: faker.string.uuid(),
		device_key: `device-${hex(random, 6)}`,
		private_ips: [
			`10.${between(random, 0, 31)}.${between(random, 0, 255)}.${between(random, 1, 254)}`,
		],
		// Addresses reserved for documentation.
		external_ips: [
			`${pick(random, ['192.0.2', '198.51.100', '203.0.113'])}.${between(random, 1, 254)}`,
		],
		tags: pickSome(random, ['server', 'laptop', 'production', 'kiosk', 'byod'], 2),
		managed_by: pick(random, ['intune', 'jamf', 'sccm']),
		...(role === 'neither' ? {} : { role }),
	};
}

function user(random: Random, index: number): SimulatedUser {
	const login = `${faker.person.firstName()}.${faker.person.lastName()}${index}`
		.toLowerCase()
		.replace(/[^a-z0-9.]/g, '');
	return {
		user_email: `${login}@${pick(random, ['example.com', 'corp.example'])}`,
		user_id: faker.string.uuid(),
		user_name: login,
		user_sid: `S-1-5-21-1004336348-1177238915-682003330-${1000 + index}`,
		user_key: `user-${hex(random, 6)}`,
	};
}

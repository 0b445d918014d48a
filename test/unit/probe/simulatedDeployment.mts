import type { Clock } from '../../../tools/probe/clock.mts';
import { probe, type ProbeResult } from '../../../tools/probe/probe.mts';
import { profileOf, type Profile } from '../../../tools/probe/profile.mts';
import { profileOf as readProfile } from '../../../tools/simulator/profileFile.mts';
import {
	startSimulator,
	type RecordedRequest,
	type Settings,
	type Simulator,
} from '../../../tools/simulator/simulator.mts';

/** Unix seconds when a probe starts. */
const START = 1_790_000_000;
export const PACE_SECONDS = 5;

/** A probe of a simulated deployment, and what the simulator saw of it. */
export interface Probed {
	readonly result: ProbeResult;
	readonly profile: Profile;
	/** With the time of the clock that both share, in Unix seconds. */
	readonly requests: ReadonlyArray<RecordedRequest & { readonly at: number }>;
	/** Everything that belongs to cases, and to the account. */
	readonly secrets: readonly string[];
}

export interface Deployment {
	readonly cases?: number;
	readonly settings?: Partial<Settings>;
	readonly apiKey?: string;
	/** What a user types as the base URL, made of the simulator's address. */
	readonly rootOf?: (url: string) => string;
	/** Changes the simulator before the probe; `pass` moves the clock by seconds. */
	readonly prepare?: (simulator: Simulator, pass: (seconds: number) => void) => void;
}

/** Probes a simulator, with a clock that moves only when the probe waits. */
export async function probeOf(deployment: Deployment): Promise<Probed> {
	let now = START;
	const pass = (seconds: number) => {
		now += seconds;
	};
	const clock: Clock = {
		now: () => now * 1000,
		sleep: (milliseconds) => {
			pass(milliseconds / 1000);
			return Promise.resolve();
		},
	};
	const { cases = 300, settings = {}, apiKey, rootOf, prepare } = deployment;
	const simulator = await startSimulator({ cases, settings, now: () => now });
	try {
		const times: number[] = [];
		simulator.beforeAnswer(() => {
			times.push(now);
		});
		prepare?.(simulator, pass);
		const result = await probe({
			root: rootOf?.(simulator.url) ?? `${simulator.url}/api/v2-0`,
			apiKey: apiKey ?? simulator.apiKey,
			clock,
			paceMs: PACE_SECONDS * 1000,
		});
		return {
			result,
			profile: profileOf(result),
			requests: simulator.requests.map((request, index) => ({ ...request, at: times[index] ?? 0 })),
			secrets: secretsOf(simulator),
		};
	} finally {
		await simulator.close();
	}
}

/** Probes the simulator that imitates a profile, as `npm run simulator -- --profile` does. */
export function probeOfProfile(profile: Profile): Promise<Probed> {
	const written: unknown = JSON.parse(JSON.stringify(profile));
	return probeOf(readProfile(written, 'the profile'));
}

function secretsOf({ cases, accounts, apiKey, tokensGiven }: Simulator): string[] {
	const ofCases = cases.all.flatMap((each) => [
		each.case_id,
		each.case_title,
		each.sub_tenant_name ?? [],
		each.assigned_account_id ?? [],
		...each.devices.map(({ hostname }) => hostname),
		...each.users.map(({ user_name }) => user_name ?? []),
		...each.alerts.map(({ alert_id }) => alert_id),
	]);
	const ofAccounts = accounts.flatMap((each) => [each.account_name, each.account_email]);
	return [...new Set([...ofCases.flat(), ...ofAccounts, apiKey, ...tokensGiven])];
}

import { unknown, type Finding } from './finding.mts';
import { ALL_POINTS, SORTS, type PointId } from './points.mts';
import type { ProbeResult } from './probe.mts';

/** What was learned about a point, and what the package does because of it. */
export interface ProfilePoint {
	readonly value: string;
	readonly detail?: string;
	/** Why the value is unknown. */
	readonly reason?: string;
	readonly path: string;
}

/** A deployment as the probe saw it, without case data. */
export interface Profile {
	readonly version: 1;
	/** About how many cases there are. */
	readonly cases: number;
	readonly points: Readonly<Partial<Record<PointId, ProfilePoint>>>;
	/** The settings of the simulator that imitates the deployment. */
	readonly settings: Readonly<Record<string, unknown>>;
}

/** The profile that `npm run simulator -- --profile` reads. */
export function profileOf({ cases = 0, findings, settings, stopped }: ProbeResult): Profile {
	const early = unknown(stopped === undefined ? 'it was not tried' : 'the probe ended early');
	const all = ALL_POINTS.map(([id, { path }]) => {
		const finding = findings[id] ?? early;
		return { id, path, finding };
	});
	const ascending = SORTS.filter((field) => findings[`sort.${field}`]?.value === 'ascending');
	return {
		version: 1,
		cases,
		points: Object.fromEntries(
			all.map(({ id, path, finding }) => [id, pointOf(finding, path(String(finding.value)))]),
		),
		settings: Object.assign(
			{ ascending },
			settings,
			...all.map(({ finding }) => ('settings' in finding ? finding.settings : {})),
		) as Profile['settings'],
	};
}

function pointOf(finding: Finding, path: string): ProfilePoint {
	const value = String(finding.value);
	if ('reason' in finding) return { value, reason: finding.reason, path };
	return { value, ...(finding.detail === undefined ? {} : { detail: finding.detail }), path };
}

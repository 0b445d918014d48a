import { ALL_POINTS } from './points.mts';
import type { ProbeResult } from './probe.mts';
import { profileOf } from './profile.mts';

/** The report for the terminal. Like the profile, it contains no case data. */
export function reportOf(result: ProbeResult): string {
	const { cases, points } = profileOf(result);
	const lines = ALL_POINTS.flatMap(([id, { title }]) => {
		const point = points[id];
		if (point === undefined) return [];
		const more = point.reason ?? point.detail;
		return [
			`${title}: ${point.value}${more === undefined ? '' : ` (${more})`}`,
			`    ${point.path}`,
		];
	});
	const size = cases === 0 ? 'No cases.' : `About ${cases.toLocaleString('en-US')} cases.`;
	const found = result.cases === undefined ? [] : [size, '', ...lines, ''];
	const ended = result.stopped === undefined ? [] : [`The probe ended early: ${result.stopped}`];
	return [...found, ...ended, `${result.requests} requests sent.`, ''].join('\n');
}

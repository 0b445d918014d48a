import { seededRandom } from './random.mts';
import type { Settings } from './settings.mts';
import type { SimulatedCase } from './simulatedCase.mts';

const FIRST_NUMERIC_ID = 1_000_001;

/** Generated cases with ids and times in the form that the settings ask for. */
export function inShapeOf(
	settings: Pick<Settings, 'numericCaseIds' | 'timeFraction'>,
	cases: readonly SimulatedCase[],
	seed: number,
): SimulatedCase[] {
	const random = seededRandom(seed);
	return cases.map((each, index) => ({
		...each,
		...(settings.numericCaseIds ? { case_id: String(FIRST_NUMERIC_ID + index) } : {}),
		...(settings.timeFraction === 'none' ? {} : withMilliseconds(each, random())),
	}));
}

/** The same fraction for all three times keeps their order. */
function withMilliseconds(
	{ creation_time, modification_time, last_attached_alert_time }: SimulatedCase,
	fraction: number,
): Partial<SimulatedCase> {
	const more = Math.floor(fraction * 1000) / 1000;
	return {
		creation_time: creation_time + more,
		modification_time: modification_time + more,
		last_attached_alert_time: last_attached_alert_time + more,
	};
}

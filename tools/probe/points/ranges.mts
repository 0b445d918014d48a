import type { Context, Findings } from '../context.mts';
import { unknown, type Finding } from '../finding.mts';
import { readTime } from '../receivedTimes.mts';

/** Learns whether a time range contains its own start and end. */
export async function learnRanges(context: Context): Promise<Findings> {
	return { rangeEnds: await learnRangeEnds(context) };
}

async function learnRangeEnds({ search, first }: Context): Promise<Finding> {
	const known = first.cases.at(-1);
	if (known === undefined) return unknown('there are no cases');
	const { seconds: time } = readTime(known['creation_time']);
	if (time === undefined) return unknown('responses have no times that can be read');
	if (!Number.isInteger(time)) return unknown('times are finer than a second, ranges are not');
	const isFound = async (start: number, end: number) =>
		(await search.count({
			case_ids: [String(known['case_id'])],
			time_range_field: 'creation_time',
			time_range_start: start,
			time_range_end: end,
		})) === 1;
	if (!(await isFound(time - 1, time + 1))) return unknown('no range finds a case by its own time');
	const hasStart = await isFound(time, time + 1);
	const hasEnd = await isFound(time - 1, time);
	return {
		value: `start ${inclusion(hasStart)}, end ${inclusion(hasEnd)}`,
		...(hasEnd ? {} : { detail: 'or times are finer than responses show' }),
		settings: { rangeStart: inclusion(hasStart), rangeEnd: inclusion(hasEnd) },
	};
}

function inclusion(isIncluded: boolean): string {
	return isIncluded ? 'inclusive' : 'exclusive';
}

import type { Context, Findings } from '../context.mts';
import { unknown, type Finding } from '../finding.mts';
import { inventedIds } from '../inventedIds.mts';

const PRIORITIES = ['informational', 'low', 'medium', 'high', 'escalated'];
const OR = { search_mode: 'or' };

/** Learns what a time range and an exclusion mean when any filter may match. */
export async function learnAnyFilter(context: Context): Promise<Findings> {
	const { first } = context;
	if (first.cases.length === 0) {
		const finding = unknown('there are no cases');
		return { orTimeRange: finding, orExclusion: finding };
	}
	return { orTimeRange: await timeRange(context), orExclusion: await exclusion(context) };
}

/** Every case has one of the priorities, and none is in the range: a range that must match leaves nothing. */
async function timeRange({ search, first }: Context): Promise<Finding> {
	const range = { time_range_start: 1, time_range_end: 2, time_range_field: 'creation_time' };
	const count = await search.count({ priorities: PRIORITIES, ...range }, OR);
	if (count === undefined) return unknown('the search is refused');
	return meaning(count, 0, first.count, 'orTimeRange');
}

/** Excludes an id that no case has. As one of the alternatives, the exclusion lets every case match. */
async function exclusion({ search, first }: Context): Promise<Finding> {
	const payload = { exclude_case_ids: inventedIds(first, 1) };
	for (const priority of ['escalated', 'informational', 'high']) {
		const without = await search.count({ priorities: [priority] });
		if (without === undefined) return unknown('the search is refused');
		if (without >= first.count) continue;
		const count = await search.count({ priorities: [priority], ...payload }, OR);
		if (count === undefined) return unknown('the exclusion is refused');
		return meaning(count, without, first.count, 'orExclusion');
	}
	return unknown('no priority tells some cases from the others');
}

/** Cases change between two requests: the nearer of two counts is meant. */
function meaning(count: number, ifAlways: number, ifAlternative: number, name: string): Finding {
	const isAlways = Math.abs(count - ifAlways) < Math.abs(count - ifAlternative);
	const value = isAlways ? 'always' : 'alternative';
	return { value, settings: { [name]: value } };
}

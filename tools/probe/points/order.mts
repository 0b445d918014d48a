import { isPage } from '../caseSearch.mts';
import type { Context, Findings } from '../context.mts';
import { unknown, type Finding } from '../finding.mts';
import { SORTS } from '../points.mts';
import { sortValue } from '../receivedTimes.mts';

/** Learns the direction of the four sorts. */
export async function learnOrder(context: Context): Promise<Findings> {
	const findings: Findings = {};
	for (const field of SORTS) findings[`sort.${field}`] = await directionOf(context, field);
	return findings;
}

async function directionOf(context: Context, field: string): Promise<Finding> {
	const page = await context.search.search({ sort_by: field, limit: 100 });
	if (!isPage(page)) return unknown(`sort_by ${field} is refused (${page.how})`);
	if (page.cases.length === 0) return unknown('there are no cases');
	const values = page.cases.map((each) => sortValue(each, field));
	const first = values[0];
	if (first === undefined) return unknown('responses have no such value');
	const last = values.at(-1) ?? first;
	return first === last
		? direction(first, await lastValue(context, field, page.count))
		: direction(first, last);
}

/** The value of the last case that an offset reaches. */
async function lastValue(
	{ search, window = Infinity }: Context,
	field: string,
	count: number,
): Promise<number | undefined> {
	const offset = Math.max(Math.min(count, window) - 1, 0);
	const outcome = await search.search({ sort_by: field, offset, limit: 1 });
	const last = isPage(outcome) ? outcome.cases[0] : undefined;
	return last === undefined ? undefined : sortValue(last, field);
}

function direction(first: number, last: number | undefined): Finding {
	if (last === undefined || first === last) return unknown('too few cases differ in it');
	return { value: first > last ? 'descending' : 'ascending' };
}

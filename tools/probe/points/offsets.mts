import { largestAccepted } from '../bisect.mts';
import { isPage, type SearchOutcome } from '../caseSearch.mts';
import { FIRST_LIMIT, type Context, type Findings } from '../context.mts';
import { unknown, type Finding } from '../finding.mts';
import { readTime } from '../receivedTimes.mts';

/** The window of the search engines that most services use. */
const USUAL_WINDOW = 10_000;
const LARGEST_WINDOW = 100_000;
/** Nothing happened in the first seconds of 1970. */
const NOTHING = { time_range_start: 1, time_range_end: 2, time_range_field: 'creation_time' };
const FAR_FUTURE = 4_000_000_000;

/** Learns how far an offset may go, and whether the count is right. */
export async function learnOffsets(context: Context): Promise<Findings> {
	const { search, first } = context;
	const beyondEnd = await search.search({ payload: NOTHING, offset: 1, limit: 1 });
	const isEndRefused = !isPage(beyondEnd);
	const offsetWindow = isEndRefused
		? await windowAmong(context, first.count)
		: await windowAnywhere(context);
	return {
		offsetBeyondEnd: {
			value: isEndRefused ? 'refused' : 'empty page',
			settings: {
				refuseOffsetBeyondEnd: isEndRefused,
				endRefusal: isEndRefused && beyondEnd.how === '404' ? '404' : '400',
			},
		},
		offsetWindow,
		countCap: await learnCountCap(context),
	};
}

function at({ search }: Context, offset: number): Promise<SearchOutcome> {
	return search.search({ offset, limit: 1 });
}

/** Offsets beyond the end get a response, so the window shows regardless of the number of cases. */
async function windowAnywhere(context: Context): Promise<Finding> {
	let accepted = FIRST_LIMIT;
	for (const tried of [USUAL_WINDOW, USUAL_WINDOW + 1, LARGEST_WINDOW]) {
		if (!(await isWithin(context, tried))) return narrowed(context, accepted, tried);
		accepted = tried;
	}
	return { value: 'none up to 100,000' };
}

/** Offsets beyond the end are refused, so a window only shows if there are cases beyond it. */
async function windowAmong(context: Context, count: number): Promise<Finding> {
	if (count > FIRST_LIMIT && !(await isWithin(context, count))) {
		return narrowed(context, FIRST_LIMIT, count);
	}
	if (count > USUAL_WINDOW) return { value: 'none up to 10,000' };
	if (count === 0) return unknown('there are no cases, and an offset beyond the end is refused');
	if ((await hasUncountedCases(context, count)) && !isPage(await at(context, count))) {
		return narrowed(context, count, count + 1);
	}
	return unknown('an offset beyond the end is refused, and there are too few cases');
}

async function narrowed(context: Context, accepted: number, refused: number): Promise<Finding> {
	context.window = await largestAccepted(accepted, refused, 0, (end) => isWithin(context, end));
	return { value: context.window, settings: { offsetWindow: context.window } };
}

/** Whether offset + limit may be `end`. */
async function isWithin(context: Context, end: number): Promise<boolean> {
	return isPage(await at(context, end - 1));
}

async function learnCountCap(context: Context): Promise<Finding> {
	const { first, window = Infinity } = context;
	if (first.count === 0) return unknown('there are no cases');
	const isCapped =
		first.count < window
			? await hasCaseBeyondCount(context)
			: await hasUncountedCases(context, first.count);
	if (isCapped) {
		context.countCap = first.count;
		return { value: first.count, settings: { countCap: first.count } };
	}
	if (first.count > USUAL_WINDOW) return { value: 'none up to 10,000' };
	return unknown('there are too few cases: a cap of 10,000 would not show');
}

/** A response that contains a case beyond its own count disproves the count. */
async function hasCaseBeyondCount(context: Context): Promise<boolean> {
	let count = context.first.count;
	for (let attempt = 0; attempt < 3; attempt++) {
		const outcome = await at(context, count);
		if (!isPage(outcome) || outcome.cases.length === 0) return false;
		if (outcome.count <= count) return true;
		// Cases were created in the meantime.
		count = outcome.count;
	}
	return false;
}

/**
 * Whether the cases before and after one in the middle are more than the count of all. If an end of a range is
 * exclusive they are a few less; while cases are created, a few more.
 */
async function hasUncountedCases(context: Context, count: number): Promise<boolean> {
	const middle = await at(context, Math.floor(Math.min(count, context.window ?? Infinity) / 2));
	if (!isPage(middle)) return false;
	const { seconds } = readTime(middle.cases[0]?.['creation_time']);
	if (seconds === undefined) return false;
	const time = Math.floor(seconds);
	const range = { time_range_field: 'creation_time' };
	const older = { ...range, time_range_end: time };
	const newer = { ...range, time_range_start: time + 1, time_range_end: FAR_FUTURE };
	const before = (await context.search.count(older)) ?? 0;
	const after = (await context.search.count(newer)) ?? 0;
	return before + after > count * 1.01 + 20;
}

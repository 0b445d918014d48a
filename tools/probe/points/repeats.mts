import type { Context, Findings } from '../context.mts';
import { unknown, type Finding } from '../finding.mts';

const REPEATS = 6;

/** Learns whether the same search, sent again and again, always gets the same count. */
export async function learnRepeats({ search, first }: Context): Promise<Findings> {
	if (first.count === 0) return { repeatedCounts: unknown('there are no cases') };
	const counts: number[] = [];
	for (let sent = 0; sent < REPEATS; sent++) {
		const count = await search.count({});
		if (count === undefined) return { repeatedCounts: unknown('the search is refused') };
		counts.push(count);
	}
	return { repeatedCounts: comparison(counts) };
}

/**
 * Counts that fall and rise more than once come from copies; if they change in one direction only, cases are added or
 * removed.
 */
function comparison(counts: readonly number[]): Finding {
	const steps = counts.slice(1).map((count, index) => count - (counts[index] ?? count));
	const falls = steps.filter((step) => step < 0).length;
	const rises = steps.filter((step) => step > 0).length;
	if (falls >= 2 && rises >= 2) {
		return {
			value: 'go back and forth',
			settings: { copyLags: [0, 60], casesPerMinute: 12 },
		};
	}
	return { value: 'agree', ...(falls + rises > 0 ? { detail: 'but for changes of cases' } : {}) };
}

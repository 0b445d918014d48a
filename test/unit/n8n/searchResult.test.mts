import { expect, test } from '@jest/globals';

import { ALERT_NOUNS, CASE_NOUNS } from '../../../nodes/n8n/entryNouns.ts';
import { shortfallOf } from '../../../nodes/n8n/operations/searchResult.ts';

test.each([
	[0, CASE_NOUNS, '0 cases'],
	[1, CASE_NOUNS, '1 case'],
	[2, CASE_NOUNS, '2 cases'],
	[1, ALERT_NOUNS, '1 alert'],
])(
	'The texts of an incomplete search count the entries that were found: %i, %#',
	(found, texts, counts) => {
		const entries = Array.from({ length: found }, () => ({}));
		const outcome = { entries, matching: undefined, isAtLeast: false, complete: false };
		const shortfall = shortfallOf(outcome, Infinity, texts);
		expect(shortfall?.message).toContain(`found ${counts}, but`);
		expect(shortfall?.hint).toContain(`Returned ${counts}. Some`);
	},
);

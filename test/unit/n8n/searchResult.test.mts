import { expect, test } from '@jest/globals';

import { ALERT_TEXTS, CASE_TEXTS } from '../../../nodes/n8n/entryNouns.ts';
import { shortfallOf } from '../../../nodes/n8n/operations/searchResult.ts';

test.each([
	[0, CASE_TEXTS, '0 cases'],
	[1, CASE_TEXTS, '1 case'],
	[2, CASE_TEXTS, '2 cases'],
	[1, ALERT_TEXTS, '1 alert'],
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

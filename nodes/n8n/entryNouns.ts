/** How texts for the user name what a search finds. */
export interface EntryNouns {
	/** Such as `case`. */
	singular: string;
	/** Such as `cases`. */
	plural: string;
	/** Two fields of a raw entry that a user may want in addition to the simplified ones; the second one is nested. */
	exampleFields: readonly [string, string];
}

export const CASE_NOUNS: EntryNouns = {
	singular: 'case',
	plural: 'cases',
	exampleFields: ['creation_time', 'case_triage.score'],
};

export const ALERT_NOUNS: EntryNouns = {
	singular: 'alert',
	plural: 'alerts',
	exampleFields: ['scans', 'triage_result.families'],
};

/** The same word at the beginning of a sentence or in a label. */
export function capitalized(word: string): string {
	return word.charAt(0).toUpperCase() + word.slice(1);
}

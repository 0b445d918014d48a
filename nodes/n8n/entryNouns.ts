/** How texts for the user speak about the entries of a history. */
export interface EntryTexts {
	/** Such as `case`. */
	singular: string;
	/** Such as `cases`. */
	plural: string;
	/** Two fields of a raw entry that a user may want in addition to the simplified ones; the second one is nested. */
	exampleFields: readonly [string, string];
}

export const CASE_TEXTS: EntryTexts = {
	singular: 'case',
	plural: 'cases',
	exampleFields: ['creation_time', 'case_triage.score'],
};

export const ALERT_TEXTS: EntryTexts = {
	singular: 'alert',
	plural: 'alerts',
	exampleFields: ['scans', 'triage_result.families'],
};

/** The same word at the beginning of a sentence or in a label. */
export function capitalized(word: string): string {
	return word.charAt(0).toUpperCase() + word.slice(1);
}

import type { EntryTexts } from '../../n8n/entryTexts';

/** How texts that both nodes share speak about cases. */
export const CASE_TEXTS: EntryTexts = {
	singular: 'case',
	plural: 'cases',
	exampleFields: ['creation_time', 'case_triage.score'],
};

import type { Settings } from './settings.mts';
import { TIME_FIELDS, type SimulatedCase } from './simulatedCase.mts';
import type { TimeFormat } from './timeFormats.mts';

export { TIME_FORMATS, type TimeFormat } from './timeFormats.mts';

const NEVER_SENT = new Set(['devices', 'users', 'ttps', 'alerts', 'onTheWire']);

/** A case as it is sent in a response. Without `more`, its id is text and its times are as exact as the stored ones. */
export function caseOnTheWire(
	stored: SimulatedCase,
	format: TimeFormat,
	more: Partial<Pick<Settings, 'timeFraction' | 'numericCaseIds'>> = {},
): Record<string, unknown> {
	// Tests send hundreds of thousands of cases: intermediate lists of fields would take most of the time.
	const sent: Record<string, unknown> = {};
	for (const name in stored) {
		if (!NEVER_SENT.has(name)) sent[name] = stored[name as keyof SimulatedCase];
	}
	for (const field of TIME_FIELDS) {
		const seconds = more.timeFraction === 'hidden' ? Math.floor(stored[field]) : stored[field];
		sent[field] = timeOnTheWire(seconds, format);
	}
	if (more.numericCaseIds === true) sent['case_id'] = numericId(stored.case_id);
	return Object.assign(sent, stored.onTheWire);
}

/** A number if the id has only digits. */
function numericId(caseId: string): string | number {
	return /^\d{1,15}$/.test(caseId) ? Number(caseId) : caseId;
}

export function timeOnTheWire(seconds: number, format: TimeFormat): number | string | undefined {
	switch (format) {
		case 'seconds':
			return seconds;
		case 'milliseconds':
			return Math.round(seconds * 1000);
		case 'iso':
			return new Date(seconds * 1000).toISOString();
		case 'isoWithoutOffset':
			return new Date(seconds * 1000).toISOString().slice(0, -1);
		case 'rfc1123':
			return new Date(seconds * 1000).toUTCString();
		case 'none':
			return undefined;
	}
}

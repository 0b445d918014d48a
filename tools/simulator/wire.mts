import { TIME_FIELDS, type SimulatedCase } from './simulatedCase.mts';

/** The format of times in a response. The real service's format is not documented. */
export const TIME_FORMATS = ['seconds', 'milliseconds', 'iso', 'rfc1123', 'none'] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

const NEVER_SENT = new Set(['devices', 'users', 'ttps', 'alerts', 'onTheWire']);

/** A case as it is sent in a response. */
export function caseOnTheWire(stored: SimulatedCase, format: TimeFormat): Record<string, unknown> {
	const sent = Object.entries(stored).filter(([name]) => !NEVER_SENT.has(name));
	const times = TIME_FIELDS.map((field) => [field, timeOnTheWire(stored[field], format)] as const);
	return { ...Object.fromEntries([...sent, ...times]), ...stored.onTheWire };
}

function timeOnTheWire(seconds: number, format: TimeFormat): number | string | undefined {
	switch (format) {
		case 'seconds':
			return seconds;
		case 'milliseconds':
			return seconds * 1000;
		case 'iso':
			return new Date(seconds * 1000).toISOString();
		case 'rfc1123':
			return new Date(seconds * 1000).toUTCString();
		case 'none':
			return undefined;
	}
}

/** The format of times in a response. The real service's format is not documented. */
export const TIME_FORMATS = [
	'seconds',
	'milliseconds',
	'iso',
	'isoWithoutOffset',
	'rfc1123',
	'none',
] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

import type { IDataObject } from 'n8n-workflow';

/**
 * The id of an alert as text; undefined if it has none. A number that JSON can't represent exactly is not an id,
 * because the id of another alert may have been rounded to the same number.
 */
export function alertIdOf({ alert_id: id }: IDataObject): string | undefined {
	if (typeof id === 'number') return Number.isSafeInteger(id) ? String(id) : undefined;
	return typeof id === 'string' && id !== '' ? id : undefined;
}

/** The environment of an alert, within which its id is unique; undefined if the alert does not say. */
export function environmentOf({ environment }: IDataObject): string | undefined {
	return typeof environment === 'string' && environment !== '' ? environment : undefined;
}

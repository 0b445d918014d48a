import type { IDataObject } from 'n8n-workflow';

import { exactId } from './exactId';

/** The id of an alert as text; undefined if it has none. */
export function alertIdOf({ alert_id: id }: IDataObject): string | undefined {
	return exactId(id);
}

/** The environment of an alert, within which its id is unique; undefined if the alert does not say. */
export function environmentOf({ environment }: IDataObject): string | undefined {
	return typeof environment === 'string' && environment !== '' ? environment : undefined;
}

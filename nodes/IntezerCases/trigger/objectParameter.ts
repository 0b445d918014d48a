import type { IDataObject } from 'n8n-workflow';

/** The value of a collection; an empty one where an expression gives no object. */
export function objectOf(value: unknown): IDataObject {
	return isDataObject(value) ? value : {};
}

export function isDataObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../intezer/json';

/** The value of a collection; an empty one if an expression returns no object. */
export function collectionValue(value: unknown): IDataObject {
	return isObject(value) ? value : {};
}

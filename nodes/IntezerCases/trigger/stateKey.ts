import { createHash } from 'node:crypto';
import type { IPollFunctions } from 'n8n-workflow';

import { addressOf, apiRoot } from '../../intezer/http/address';
import { isObject } from '../../intezer/json';
import { readEvent } from './parameters/event';

/** What a state belongs to. */
export interface StateKeys {
	/** A hash of event, filters, address and the credential's id. */
	key: string;
	/** The hash that older states have: without the credential's id. */
	keyWithoutCredential: string;
}

/**
 * Reads what a state belongs to. The filters count as written, so an expression such as `$now` is no change; those left
 * blank don't count.
 *
 * @throws ParameterError, or n8n's error if the credential can't be read
 */
export async function readStateKeys(n8n: IPollFunctions): Promise<StateKeys> {
	const address = apiRoot(addressOf(await n8n.getCredentials('intezerApi')));
	const { parameters, credentials } = n8n.getNode();
	const settings = [readEvent(n8n), canonical(parameters.filters ?? {}) ?? {}, address];
	const credentialId = credentials?.intezerApi?.id ?? '';
	return { key: keyOf([...settings, credentialId]), keyWithoutCredential: keyOf(settings) };
}

function keyOf(parts: unknown[]): string {
	return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}

/** The same value for the same filters: names sorted, blank values left out. */
function canonical(value: unknown): unknown {
	if (Array.isArray(value)) {
		const parts = value.map(canonical).filter((part) => part !== undefined);
		return parts.length === 0 ? undefined : parts;
	}
	if (isObject(value)) {
		const parts = Object.entries(value)
			.map(([name, part]): [string, unknown] => [name, canonical(part)])
			.filter(([, part]) => part !== undefined)
			.sort(([a], [b]) => (a < b ? -1 : 1));
		return parts.length === 0 ? undefined : Object.fromEntries(parts);
	}
	if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
	return value ?? undefined;
}

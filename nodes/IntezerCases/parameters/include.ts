import type { INodeProperties } from 'n8n-workflow';

import { RELATED_KINDS, type RelatedKind } from '../../intezer/types';
import { readChoices } from '../../n8n/parameterValues';

/** What the editor calls each list. */
const RELATED_LABELS: Readonly<Record<RelatedKind, string>> = {
	devices: 'Devices',
	users: 'Users',
	ttps: 'TTPs',
};

export const include: INodeProperties = {
	displayName: 'Include',
	name: 'include',
	type: 'multiOptions',
	options: [
		{
			name: RELATED_LABELS.devices,
			value: 'devices',
			description: 'The devices in the case, as the list devices',
		},
		{
			name: RELATED_LABELS.ttps,
			value: 'ttps',
			description: 'The tactics, techniques and procedures in the case, as the list ttps',
		},
		{
			name: RELATED_LABELS.users,
			value: 'users',
			description: 'The users in the case, as the list users',
		},
	],
	default: [],
	description: 'What to fetch besides the case and put on the item as lists: devices, users, ttps',
};

/** The lists to fetch, always in the same order. @throws ParameterError */
export function readInclude(value: unknown): RelatedKind[] {
	const chosen = readChoices(value, include.displayName, RELATED_KINDS, false);
	return RELATED_KINDS.filter((kind) => chosen.includes(kind));
}

import type { INodeProperties } from 'n8n-workflow';

import { RELATED_KINDS, type RelatedKind } from '../../intezer/types';
import { readChoices } from '../../n8n/parameterValues';

/** The editor's name of each list. */
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
			description: "Devices involved in the case, returned in the field 'devices'",
		},
		{
			name: RELATED_LABELS.ttps,
			value: 'ttps',
			description:
				"Tactics, techniques and procedures seen in the case, returned in the field 'ttps'",
		},
		{
			name: RELATED_LABELS.users,
			value: 'users',
			description: "Users involved in the case, returned in the field 'users'",
		},
	],
	default: [],
	description: 'Related data to add to the output, each kind as a list',
};

/** The lists to fetch, always in the same order. @throws ParameterError */
export function readInclude(value: unknown): RelatedKind[] {
	const chosen = readChoices(value, include.displayName, RELATED_KINDS);
	return RELATED_KINDS.filter((kind) => chosen.includes(kind));
}

import { createHash } from 'node:crypto';

import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import { allowUnknownValues, readAllowUnknownValues } from '../parameters/allowUnknownValues';
import { escalatedFilters, readFilters, triggerFilters } from '../parameters/filters';
import { readHours, readChoice, ParameterError } from '../../n8n/parameterValues';
import { additionalFields, readAdditionalFields } from '../parameters/additionalFields';
import { readSimplify, simplify } from '../parameters/simplify';
import { addressOf, apiRoot } from '../../intezer/http/address';
import { EVENTS, type EventName, type TriggerSettings } from '../polling/events';

const EVERY_EVENT_BUT_ESCALATED = EVENTS.filter((event) => event !== 'caseEscalated');

/** The parameters of the trigger. */
export const triggerProperties: INodeProperties[] = [
	{
		displayName: 'Event',
		name: 'event',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Alert Attached',
				value: 'alertAttached',
				description: 'A case got an alert; a new case counts',
			},
			{
				name: 'Case Created',
				value: 'caseCreated',
				description: 'A case was created',
			},
			{
				name: 'Case Escalated',
				value: 'caseEscalated',
				description: "A case's priority became escalated, or it was created so",
			},
			{
				name: 'Case Starts Matching Filters',
				value: 'caseMatched',
				description:
					'A case came to match the filters: a verdict came in, it was closed, it was assigned',
			},
			{
				name: 'Case Updated',
				value: 'caseUpdated',
				description: 'A case was modified in any way; a new case counts',
			},
		],
		default: 'caseEscalated',
		description: 'When to start the workflow',
	},
	{
		displayName:
			'At most 15,000 cases may match when the trigger starts: it must know them to tell which are new. Every case that the filters let through counts, however old.',
		name: 'matchedNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { event: ['caseMatched'] } },
	},
	{ ...triggerFilters, displayOptions: { show: { event: EVERY_EVENT_BUT_ESCALATED } } },
	{ ...escalatedFilters, displayOptions: { show: { event: ['caseEscalated'] } } },
	{
		displayName:
			'Changing the event or the filters, or renaming the node, starts anew: the first poll takes stock, and events begin from there.',
		name: 'stockNotice',
		type: 'notice',
		default: '',
	},
	simplify,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			additionalFields,
			allowUnknownValues,
			{
				displayName: 'Ignore Older Than (Hours)',
				name: 'ignoreOlderThanHours',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 0,
				description:
					'How old an event may be when n8n gets to it, such as after a week off; older ones are dropped. 0 drops none.',
			},
			{
				displayName: 'Look Back (Hours)',
				name: 'lookBackHours',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 0,
				description:
					'How far before its first start the trigger looks back for events. 0 begins at the start.',
			},
		],
	},
];

/** What the trigger waits for. @throws ParameterError where a parameter cannot be used */
export function readWatch(n8n: IPollFunctions, key: string): TriggerSettings {
	const event = readEvent(n8n);
	const options = readOptions(n8n);
	const { payload, emptyExpressions } = readFilters(
		objectOf(n8n.getNodeParameter('filters', {})),
		n8n.getNode().parameters.filters,
		{
			timeZone: n8n.getTimezone(),
			now: Date.now() / 1000,
			allowUnknownValues: readAllowUnknownValues(options.allowUnknownValues),
		},
	);
	const [empty] = emptyExpressions;
	if (empty !== undefined) {
		throw new ParameterError(
			`The filter '${empty}' came out empty; without it every case would match`,
			'Correct its expression, or remove the filter.',
		);
	}
	return {
		event,
		payload: event === 'caseEscalated' ? { ...payload, priorities: ['escalated'] } : payload,
		key,
		lookBackHours: readHours(options.lookBackHours, 'Look Back (Hours)'),
		ignoreOlderThanHours: readHours(options.ignoreOlderThanHours, 'Ignore Older Than (Hours)'),
	};
}

/**
 * Names what belongs together: event, filters and address. The filters count as they are written, so an expression
 * such as `$now` is no change; those left blank do not count.
 */
export async function readKey(n8n: IPollFunctions): Promise<string> {
	const address = apiRoot(addressOf(await n8n.getCredentials('intezerApi')));
	const written = canonical(n8n.getNode().parameters.filters ?? {});
	const named = JSON.stringify([readEvent(n8n), written ?? {}, address]);
	return createHash('sha256').update(named).digest('base64url').slice(0, 22);
}

/** How an item shows a case. @throws ParameterError */
export function readShape(n8n: IPollFunctions): { simple: boolean; paths: string[] } {
	return {
		simple: readSimplify(n8n.getNodeParameter('simplify', true)),
		paths: readAdditionalFields(readOptions(n8n).additionalFields),
	};
}

function readEvent(n8n: IPollFunctions): EventName {
	return (
		readChoice(n8n.getNodeParameter('event', 'caseEscalated'), 'Event', EVENTS) ?? 'caseEscalated'
	);
}

function readOptions(n8n: IPollFunctions): IDataObject {
	return objectOf(n8n.getNodeParameter('options', {}));
}

function objectOf(value: unknown): IDataObject {
	return isObject(value) ? value : {};
}

function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same text for the same filters: names in order, and nothing that says nothing. */
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

import type { INodeParameters, INodeProperties } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { intezerCases, runNode } from '../../tools/n8nEngine/engine.mts';
import { simulatedIntezer } from './service.mts';

const service = simulatedIntezer({ cases: 20 });

/** What an expression may return, whatever the parameter expects. */
const VALUES = [
	'null',
	'undefined',
	'true',
	'NaN',
	'Infinity',
	'-1',
	'0',
	'1.5',
	'1e18',
	"''",
	"' \\n '",
	"','",
	"'__proto__'",
	"'-5'",
	"'1960-01-01T00:00:00Z'",
	"'9999999-01-01'",
	'[]',
	'[null]',
	"['true']",
	"['5']",
	'[5]',
	"['2026-01-31']",
	'[[1]]',
	'[{}]',
	'({})',
	'({ alert: 5 })',
	'new Date(0)',
	'new Date(-1)',
	'new Date(NaN)',
	"DateTime.fromISO('1960-01-01')",
	"DateTime.fromISO('nonsense')",
	'10n',
	"'x'.repeat(10000)",
	'Array.from({ length: 1000 }, (_, n) => `id-${n % 900}`)',
];

function parametersOf(name: string): INodeProperties[] {
	const found = intezerCases.description.properties.find(
		(each) =>
			each.name === name && each.displayOptions?.show?.['operation']?.includes('search') === true,
	);
	return (found?.options ?? []) as INodeProperties[];
}

/** Each parameter of a search with its label, and how to set its value. */
const PARAMETERS: Array<[label: string, at: (value: string) => INodeParameters]> = [
	['Limit', (value) => ({ limit: value })],
	['Return All', (value) => ({ returnAll: value })],
	['Simplify', (value) => ({ simplify: value })],
	...parametersOf('filters')
		.filter(({ type }) => type !== 'fixedCollection')
		.map(({ displayName, name }): (typeof PARAMETERS)[number] => [
			displayName,
			(value) => ({ filters: { timeRangeEnd: 2e9, [name]: value } }),
		]),
	...['alertId', 'environment'].map((name): (typeof PARAMETERS)[number] => [
		name === 'alertId' ? 'Alert ID' : 'Environment',
		(value) => ({ filters: { alertIdentifiers: { alert: [{ alertId: 'a', [name]: value }] } } }),
	]),
	['Alert Identifiers', (value) => ({ filters: { alertIdentifiers: value } })],
	...parametersOf('options').map(({ displayName, name }): (typeof PARAMETERS)[number] => [
		displayName,
		(value) => ({ options: { [name]: value } }),
	]),
];

describe('Whatever an expression returns', () => {
	test.each(PARAMETERS)(
		'%s sends a value that the service accepts, or the error names the parameter before any request',
		async (label, at) => {
			const faults: string[] = [];
			for (const value of VALUES) {
				service.simulator.forgetRequests();
				const { error } = await runNode({
					parameters: { resource: 'case', operation: 'search', ...at(`={{ ${value} }}`) },
					credential: service.credential,
				});
				const { requests } = service.simulator;
				const refused = requests.filter(({ status }) => status !== 200);
				if (refused.length > 0) faults.push(`${value}: sent ${JSON.stringify(refused[0]?.body)}`);
				if (error === undefined) continue;
				if (requests.length > 0) faults.push(`${value}: failed after a request: ${error.message}`);
				if (!error.message.includes(`'${label}'`)) faults.push(`${value}: ${error.message}`);
				if (error.context?.['itemIndex'] !== 0) faults.push(`${value}: names no item`);
			}
			expect(faults).toEqual([]);
		},
	);
});

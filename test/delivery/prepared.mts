import { record } from '../../tools/n8nHost/looseJson.mts';
import { faster } from '../examples/faster.mts';
import { withMailbox } from '../examples/mailbox.mts';
import {
	examples,
	exampleOf,
	readyToSend,
	sendingTo,
	withNode,
	type Example,
} from '../examples/workflows.mts';
import { SUB_TENANTS } from './drills.mts';

/** The waits, which take minutes, in seconds. */
const WAITS: Readonly<Record<string, number>> = {
	// Between two checks of a case.
	Wait: 5,
	// Before a case counts as missed: longer than a poll and a slow execution after it.
	'Wait for the trigger': 120,
};

/** The examples as the bench runs them: with the receivers' address, their own cases only, and shorter times. */
export function preparedExamples(receiversUrl: string): Example[] {
	return examples().map((example) => {
		const sped = faster(readyToSend(sendingTo(receiversUrl, example)));
		return withMailbox(
			namingCases(shortWaits(ownCases(often(dueSoon(withCustomers(sped, receiversUrl)))))),
		);
	});
}

/**
 * Searches every 15 seconds instead of every 10 minutes and redelivers every 30. What ran every hour or every day runs
 * every minute, which is longer than five attempts to send a digest take.
 */
function often(example: Example): Example {
	const schedules = example.nodes.filter(({ type }) => type.endsWith('.scheduleTrigger'));
	return schedules.reduce((changed, { name }) => {
		const isCheck =
			example.id === 'dailyDigest' ||
			(name === 'Every hour' && example.id !== 'escalationReminder');
		const secondsInterval = example.id === 'redeliver' ? 30 : 15;
		const interval = isCheck
			? { field: 'minutes', minutesInterval: 1 }
			: { field: 'seconds', secondsInterval };
		return withNode(changed, name, { parameters: { rule: { interval: [interval] } } });
	}, example);
}

/** A ticket that is recorded before its case or verdict is known is due after minutes instead of an hour. */
function dueSoon(example: Example): Example {
	const json = JSON.stringify(example).replaceAll('plus({ hours: 1 })', 'plus({ minutes: 4 })');
	return exampleOf(example.file, record(JSON.parse(json)));
}

/** Only cases whose source is the name of the example's file. */
function ownCases(example: Example): Example {
	const file = example.id === 'reconcile' ? 'escalation-alert.json' : example.file;
	const sources = file.replace(/\.json$/, '');
	return example.nodes.reduce((changed, { name, type, parameters }) => {
		if (!type.startsWith('n8n-nodes-intezer.intezerCases') || parameters['operation'] === 'get')
			return changed;
		const filters = { ...record(parameters['filters']), sources };
		return withNode(changed, name, { parameters: { filters } });
	}, example);
}

function shortWaits(example: Example): Example {
	const waits = example.id === 'reconcile' ? { Wait: WAITS['Wait for the trigger'] } : WAITS;
	return Object.entries(waits).reduce(
		(changed, [name, amount]) =>
			withNode(changed, name, { parameters: { amount, unit: 'seconds' } }),
		example,
	);
}

/** The digest with a bar for every source instead of the eight most frequent: in a drill, each case has its own. */
function namingCases(example: Example): Example {
	if (example.id !== 'dailyDigest') return example;
	const node = example.nodes.find(({ name }) => name === 'Sanitize text');
	const code = String(node?.parameters['jsCode']);
	const jsCode = code.replace('rows.splice(8)', 'rows.splice(Infinity)');
	return withNode(example, 'Sanitize text', { parameters: { jsCode } });
}

/** Deliver with an address for each customer. */
function withCustomers(example: Example, receiversUrl: string): Example {
	if (example.id !== 'deliver') return example;
	const node = example.nodes.find(({ name }) => name === 'Addresses');
	const addresses = SUB_TENANTS.map(
		(name) => `  'customer-${name}': { url: '${receiversUrl}/chat/hooks/${name}' },\n`,
	);
	const code = String(node?.parameters['jsCode']);
	const jsCode = code.replace('const RECEIVERS = {\n', (start) => start + addresses.join(''));
	return withNode(example, 'Addresses', { parameters: { jsCode } });
}

// What `npm run test:delivery` runs: many escalations in a real n8n that is killed, to a receiver that fails.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { record } from '../../tools/n8nHost/looseJson.mts';
import { packPackage } from '../../tools/n8nHost/package.mts';
import { faster } from '../examples/faster.mts';
import { startExamples, type ExamplesHost } from '../examples/host.mts';
import { ACCEPT, type Answer, type Sent } from '../examples/receivers.mts';
import {
	examples,
	readyToSend,
	sendingTo,
	withNode,
	type Example,
} from '../examples/workflows.mts';

const FAULTS: Readonly<Record<string, (random: number) => Answer>> = {
	healthy: () => ACCEPT,
	half: (random) => (random < 0.5 ? { status: 500 } : ACCEPT),
	limited: (random) => (random < 0.5 ? { status: 429, headers: { 'retry-after': '2' } } : ACCEPT),
	hang: (random) => (random < 0.2 ? 'hang' : ACCEPT),
	down: (random) => (random < 0.5 ? 'drop' : ACCEPT),
	lose: (random) => (random < 0.2 ? 'lose' : ACCEPT),
};

const HELP = `Escalates cases in a simulated Intezer, and counts the messages to the on-call that a real n8n delivers.

npm run test:delivery -- [options]

  --events <number>  the number of escalations (1000)
  --fault <name>     what the receiver does: ${Object.keys(FAULTS).join(', ')} (half: it answers half of the requests with 500)
  --kills <number>   how often n8n is killed, evenly spread over the messages (3)
  --help             this text
`;

const { values } = parseArgs({
	options: {
		events: { type: 'string', default: '1000' },
		fault: { type: 'string', default: 'half' },
		kills: { type: 'string', default: '3' },
		help: { type: 'boolean', short: 'h' },
	},
});
if (values.help) process.stdout.write(HELP);
else process.exitCode = await main(Number(values.events), values.fault, Number(values.kills));

async function main(events: number, faultName: string, kills: number): Promise<number> {
	const fault = FAULTS[faultName];
	if (fault === undefined) throw new Error(`Unknown fault "${faultName}". See --help`);
	const host = await startExamples(await packPackage(), (url) =>
		examples().map((example) => prepared(example, url)),
	);
	try {
		return await deliverAll(host, { events, fault, kills });
	} finally {
		await host.stop();
	}
}

interface Run {
	readonly events: number;
	readonly fault: (random: number) => Answer;
	readonly kills: number;
}

async function deliverAll(host: ExamplesHost, { events, fault, kills }: Run): Promise<number> {
	const { simulator, receivers } = host;
	// The setup: no case is escalated yet.
	await host.n8n.runWorkflow('reconcile');
	for (const id of ['redeliver', 'reconcile', 'escalationAlert']) await host.n8n.publish(id);
	await firstPoll(host);
	receivers.answer = () => fault(Math.random());
	const start = performance.now();
	const cases = Array.from({ length: events }, () =>
		simulator.cases.add({ case_priority: 'escalated' }),
	);

	let killed = 0;
	let reported = 0;
	for (;;) {
		const delivered = countByCase(receivers.sent).size;
		if (delivered >= reported + events / 20) {
			reported = delivered;
			print(`${seconds(start)} s: ${delivered} delivered`);
		}
		if (delivered === events) break;
		if (killed < kills && delivered >= ((killed + 1) * events) / (kills + 1)) {
			killed += 1;
			print(`${seconds(start)} s: killing n8n after ${delivered} delivered`);
			await host.killAndRestart();
		}
		await sleep(200);
	}
	const time = seconds(start);
	// Whatever is still to be marked would be sent again: wait until nothing is pending.
	while ((await host.deliveries.rows()).some(({ status }) => status === 'pending'))
		await sleep(1_000);

	const counts = countByCase(receivers.sent);
	const lost = cases.filter(({ case_id }) => !counts.has(case_id)).length;
	const repeated = [...counts.values()].filter((count) => count > 1).length;
	print(
		`${events} events, ${counts.size} delivered in ${time} s, ${lost} lost, ${repeated} delivered more than once ` +
			`(${[...counts.values()].reduce((sum, count) => sum + count - 1, 0)} messages too many), ${receivers.requests} requests, ${killed} kills`,
	);
	return lost === 0 ? 0 : 1;
}

/** The number of messages that the on-call accepted, by the case in their link. */
function countByCase(sent: readonly Sent[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { path, body } of sent) {
		if (!path.endsWith('/on-call')) continue;
		const [, caseId = ''] = /\/cases\/([\w-]+)/.exec(String(body['text'])) ?? [];
		counts.set(caseId, (counts.get(caseId) ?? 0) + 1);
	}
	return counts;
}

/** Waits until the trigger has recorded its baseline. */
async function firstPoll(host: ExamplesHost): Promise<void> {
	const { staticData } = await host.n8n.workflow('escalationAlert');
	if (Object.keys(record(staticData)).length > 0) return;
	await sleep(500);
	await firstPoll(host);
}

/** The example with the receivers' addresses, and its times shortened. */
function prepared(example: Example, url: string): Example {
	const sped = faster(readyToSend(sendingTo(url, example)));
	if (example.id !== 'reconcile') return sped;
	const often = { rule: { interval: [{ field: 'minutes', minutesInterval: 1 }] } };
	return withNode(
		withNode(sped, 'Wait', { parameters: { amount: 30, unit: 'seconds' } }),
		'Every hour',
		{ parameters: often },
	);
}

function seconds(start: number): string {
	return ((performance.now() - start) / 1000).toFixed(0);
}

function print(line: string): void {
	process.stdout.write(`${line}\n`);
}

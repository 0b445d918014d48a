// What `npm run test:delivery` runs: events in a real n8n that is killed, and receivers that fail.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { record } from '../../tools/n8nHost/looseJson.mts';
import { packPackage } from '../../tools/n8nHost/packPackage.mts';
import { startExamples, type ExamplesHost } from '../examples/host.mts';
import { startMailServer } from '../examples/mailServer.mts';
import { DRILLS, MAIL_PATH, SUB_TENANTS, type Drill } from './drills.mts';
import { FAULTS, type Fault } from './faults.mts';
import { preparedExamples } from './prepared.mts';
import { runRound, type Outcome } from './round.mts';

const names = (of: object) => Object.keys(of).join(', ');
const described = Object.entries(FAULTS).map(
	([name, { description }]) => `    ${name.padEnd(10)}${description}`,
);

const HELP = `Counts the messages that the examples deliver from a real n8n, while receivers fail and n8n is killed.

npm run test:delivery -- [options]

  --events <number>   the number of events of each example (1000)
  --example <names>   the examples, separated by commas, or all (escalation-alert):
    ${names(DRILLS)}
  --fault <names>     what the receivers do, one round each, separated by commas, or all (half):
${described.join('\n')}
  --kills <number>    how often n8n is killed, evenly spread over the messages of a round (3)
  --patience <seconds>  how long a round waits for the next message before it counts the rest as lost (600)
  --help              this text
`;

const { values } = parseArgs({
	options: {
		events: { type: 'string', default: '1000' },
		example: { type: 'string', default: 'escalation-alert' },
		fault: { type: 'string', default: 'half' },
		kills: { type: 'string', default: '3' },
		patience: { type: 'string', default: '600' },
		help: { type: 'boolean', short: 'h' },
	},
});
if (values.help) print(HELP);
else {
	const drills = chosen(DRILLS, values.example, 'example');
	const faults = chosen(FAULTS, values.fault, 'fault');
	process.exitCode = await main(drills, faults);
}

async function main(
	drills: ReadonlyMap<string, Drill>,
	faults: ReadonlyMap<string, Fault>,
): Promise<number> {
	const mails = await startMailServer();
	const smtp = { id: 'smtp', name: 'SMTP', type: 'smtp', data: mails.credential };
	const host = await startExamples(await packPackage(), preparedExamples, () => [smtp]);
	mails.answer = (text) => host.receivers.receive({ path: MAIL_PATH, headers: {}, body: { text } });
	try {
		await startWorkflows(host, drills);
		let lost = 0;
		for (const [name, fault] of faults) {
			print(`${name}: ${fault.description}`);
			const outcomes = await runRound(host, {
				drills,
				fault,
				events: Number(values.events),
				kills: Number(values.kills),
				patienceSeconds: Number(values.patience),
				print,
			});
			print(table(name, outcomes));
			for (const { events, delivered } of outcomes) lost += events - delivered;
		}
		return lost === 0 ? 0 : 1;
	} finally {
		await host.stop();
		await mails.close();
	}
}

/** Publishes the workflows, and waits until their triggers have recorded their baselines. */
async function startWorkflows(
	host: ExamplesHost,
	drills: ReadonlyMap<string, Drill>,
): Promise<void> {
	await host.customers.insert(
		SUB_TENANTS.map((sub_tenant) => ({ sub_tenant, receiver: `customer-${sub_tenant}` })),
	);
	// The setup of Find missed escalations: no case is escalated yet.
	await host.n8n.runWorkflow('reconcile');
	const ids = [...drills.values()].flatMap(({ workflows }) => workflows);
	for (const id of ['redeliver', ...ids]) await host.n8n.publish(id);
	for (const id of ids) await untilPolled(host, id);
}

async function untilPolled(host: ExamplesHost, id: string): Promise<void> {
	for (;;) {
		const { nodes, staticData } = await host.n8n.workflow(id);
		const polls = JSON.stringify(nodes).includes('intezerCasesTrigger');
		if (!polls || Object.keys(record(staticData)).length > 0) return;
		await sleep(500);
	}
}

function table(fault: string, outcomes: readonly Outcome[]): string {
	const rows = new Table({
		head: ['Example', 'Fault', 'Events', 'Delivered', 'More than once', 'Lost', 'Seconds'],
		colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
		style: { head: [], border: [], compact: true },
	});
	for (const { example, events, delivered, repeated, seconds } of outcomes) {
		rows.push([
			example,
			fault,
			events,
			delivered,
			repeated,
			events - delivered,
			seconds.toFixed(0),
		]);
	}
	return rows.toString();
}

/** The entries with these names. */
function chosen<Entry>(
	entries: Readonly<Record<string, Entry>>,
	list: string,
	what: string,
): ReadonlyMap<string, Entry> {
	if (list === 'all') return new Map(Object.entries(entries));
	return new Map(
		list.split(',').map((name) => {
			const entry = entries[name];
			if (entry === undefined) throw new Error(`Unknown ${what} "${name}". See --help`);
			return [name, entry] as const;
		}),
	);
}

function print(line: string): void {
	process.stdout.write(`${line}\n`);
}

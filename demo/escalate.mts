// What `npm run escalate` runs: escalates a case in the simulated Intezer of `npm start`.
import { record } from '../tools/n8nHost/looseJson.mts';
import { DEFAULT_PORT } from '../tools/simulator/simulator.mts';
import { printable } from './caseTable.mts';

const HELP = `Escalates a case in the simulated Intezer that npm start or npm run simulator has started.

npm run escalate [-- <address>]

  <address>  the simulator's address (http://127.0.0.1:${DEFAULT_PORT})
  --help     this text
`;

const [address = `http://127.0.0.1:${DEFAULT_PORT}`] = process.argv.slice(2);
if (address === '--help' || address === '-h') process.stdout.write(HELP);
else await escalate(address);

async function escalate(address: string): Promise<void> {
	const escalated = await requestEscalation(address);
	if (escalated === undefined) {
		process.stderr.write(
			`There is no simulated Intezer at ${address}. Start one with npm start, or give the address that it printed: npm run escalate -- <address>\n`,
		);
		process.exitCode = 1;
		return;
	}
	const title = printable(escalated['case_title']);
	const link = printable(escalated['intezer_case_url']);
	process.stdout.write(`Escalated the case "${title}" (${link}).\n`);
}

/** Escalates a case and returns it; undefined if there is no simulator at this address. */
async function requestEscalation(
	address: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
	try {
		const url = new URL('/_simulator/escalate', address);
		const response = await fetch(url, { method: 'POST' });
		return response.ok ? record(await response.json()) : undefined;
	} catch {
		return undefined;
	}
}

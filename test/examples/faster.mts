// Shortens the times of the delivery workflows, so that a test sees a day of retries in a minute.
import { exampleOf, type Example } from './workflows.mts';
import { record } from '../../tools/n8nHost/looseJson.mts';

/** How each time is written in the examples, and in the tests. */
const TIMES = [
	// Deliver: the first pause, and how long a claim lasts. It must outlast a pass over ten messages on a busy machine.
	['const MINUTE = 60_000;', 'const MINUTE = 1_000;'],
	['$now.plus({ minutes: 5 })', '$now.plus({ seconds: 45 })'],
	// The messages that are sent when there is no verdict, or no case: later than a burst of forty alerts takes.
	['$now.plus({ minutes: 20 })', '$now.plus({ seconds: 5 })'],
	['$now.plus({ hours: 1 })', '$now.plus({ seconds: 60 })'],
	// Redeliver: how often it looks.
	['"field":"minutes","minutesInterval":1}', '"field":"seconds","secondsInterval":5}'],
] as const;

/** The workflow with every minute of its delivery shortened to seconds. */
export function faster(example: Example): Example {
	let json = JSON.stringify(example);
	for (const [written, shortened] of TIMES) json = json.replaceAll(written, shortened);
	return exampleOf(example.file, record(JSON.parse(json)));
}

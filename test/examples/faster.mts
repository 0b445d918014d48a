// Shortens the times between attempts, so that a test sees a day of retries in a minute.
import { exampleOf, type Example } from './workflows.mts';
import { record } from '../../tools/n8nHost/looseJson.mts';

/** How each time is written in the examples, and in the tests. */
const TIMES = [
	// Deliver: the first pause after a failure.
	['const MINUTE = 60_000;', 'const MINUTE = 1_000;'],
	// Redeliver: how often it looks.
	['"field":"minutes","minutesInterval":1}', '"field":"seconds","secondsInterval":10}'],
] as const;

/** The workflow with the minutes between two attempts shortened to seconds. All other times stay as they are. */
export function faster(example: Example): Example {
	let json = JSON.stringify(example);
	for (const [written, shortened] of TIMES) json = json.replaceAll(written, shortened);
	return exampleOf(example.file, record(JSON.parse(json)));
}

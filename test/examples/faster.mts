// Shortens the times between attempts, so that a day of retries takes a test a minute.
import { exampleOf, type Example } from './workflows.mts';
import { record } from '../../tools/n8nHost/looseJson.mts';

/** Each time as the examples contain it, and as the tests need it. */
const TIMES = [
	// Deliver: the first pause after a failure.
	['const MINUTE = 60_000;', 'const MINUTE = 1_000;'],
	// Redeliver: how often it checks.
	['"field":"minutes","minutesInterval":1}', '"field":"seconds","secondsInterval":10}'],
] as const;

/** The workflow with the minutes between two attempts shortened to seconds. All other times are unchanged. */
export function faster(example: Example): Example {
	let json = JSON.stringify(example);
	for (const [written, shortened] of TIMES) json = json.replaceAll(written, shortened);
	return exampleOf(example.file, record(JSON.parse(json)));
}

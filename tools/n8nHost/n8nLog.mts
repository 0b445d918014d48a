import { parsedObject, text } from './looseJson.mts';

/** The messages in n8n's JSON log, one per line. A line that is not JSON is returned unchanged. */
export function logMessages(output: string): string[] {
	return output
		.split('\n')
		.filter((line) => line.trim() !== '')
		.map((line) => text(parsedObject(line)?.['message']) ?? line);
}

/** The last messages, indented, to append to an error message. */
export function lastMessages(output: string): string {
	return logMessages(output)
		.slice(-8)
		.map((message) => `    ${message.trim().slice(0, 500)}`)
		.join('\n');
}

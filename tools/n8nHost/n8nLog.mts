import { parsedObject, text } from './json.mts';

/** The messages of what n8n logged as JSON, an entry a line; a line that is none stays as it is. */
export function logMessages(output: string): string[] {
	return output
		.split('\n')
		.filter((line) => line.trim() !== '')
		.map((line) => text(parsedObject(line)?.['message']) ?? line);
}

/** The last messages, indented, to stand below an error's sentence. */
export function lastMessages(output: string): string {
	return logMessages(output)
		.slice(-8)
		.map((message) => `    ${message.trim().slice(0, 500)}`)
		.join('\n');
}

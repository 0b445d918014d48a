import type { INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { ParameterError } from '../../n8n/parameterValues';
import { TooManyMatching } from '../polling/matching/tooManyMatching';
import { nodeError } from '../../n8n/errors/nodeError';
import { withLabels } from '../parameters/caseFieldLabels';
import { OutageReport } from './outage';

/**
 * The error of a poll as n8n shows it. It never contains the word "Authorization": when a first poll fails with that
 * word in the message, n8n 1.x never polls the trigger again.
 */
export function pollError(node: INode, error: unknown): NodeApiError | NodeOperationError {
	const shown = nodeError(node, inWordsOfTheUser(error), { withLabels });
	if (error instanceof OutageReport) {
		const minute = new Date(error.since).toISOString().slice(0, 16).replace('T', ' ');
		shown.message = `${shown.message} (since ${minute} UTC)`;
		shown.description = `${shown.description ?? ''} The trigger retries at every poll, continues where it stopped, and reports this error once an hour.`;
	}
	shown.message = withoutTheWord(shown.message);
	if (typeof shown.description === 'string') shown.description = withoutTheWord(shown.description);
	return shown;
}

function inWordsOfTheUser(error: unknown): unknown {
	if (error instanceof OutageReport) return error.failure;
	if (!(error instanceof TooManyMatching)) return error;
	const count = error.count.toLocaleString('en-US');
	return new ParameterError(
		`At least ${count} cases match 'Filters', but the trigger can remember at most 15,000`,
		"Narrow the filters, or set the option 'Only Created Within (Days)'.",
	);
}

function withoutTheWord(text: string): string {
	return text.replace(/authorization/gi, 'access');
}

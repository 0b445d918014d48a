import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { IntezerClient } from '../../intezer/client';
import { IntezerError } from '../../intezer/http/errors';
import { readMaxConcurrency } from '../parameters/maxConcurrency';
import { withLabels } from '../parameters/payloadLabels';
import { nodeError } from '../../n8n/nodeError';
import type { RunResult } from './operation';

/**
 * Runs an operation for every input item, as many at a time as requests may be under way, and gives what came of it in
 * the order of the input, paired with it. The first failure ends the run, unless the user chose to continue: then it
 * becomes an item.
 *
 * @throws NodeApiError, NodeOperationError
 */
export async function runOverItems(
	n8n: IExecuteFunctions,
	run: (client: IntezerClient, itemIndex: number) => Promise<RunResult>,
): Promise<INodeExecutionData[]> {
	const canceled = n8n.getExecutionCancelSignal();
	const failed = new AbortController();
	const signal = AbortSignal.any(canceled ? [canceled, failed.signal] : [failed.signal]);
	const client = clientFor(n8n, signal);
	const results: RunResult[] = Array.from(n8n.getInputData(), () => ({ items: [] }));
	const failures: Array<ReturnType<typeof nodeError>> = [];

	const runItem = async (itemIndex: number): Promise<void> => {
		try {
			if (client instanceof Error) throw client;
			results[itemIndex] = await run(client, itemIndex);
		} catch (error) {
			// Only swept away by the failure of another item.
			if (failed.signal.aborted && error instanceof IntezerError && error.kind === 'canceled')
				return;
			const failure = nodeError(n8n.getNode(), error, { withLabels, itemIndex });
			if (n8n.continueOnFail() && canceled?.aborted !== true) {
				results[itemIndex] = { items: [{ error: failure.message }] };
			} else {
				failures[itemIndex] = failure;
				failed.abort();
			}
		}
	};
	let next = 0;
	const runItems = async (): Promise<void> => {
		while (next < results.length && !signal.aborted) await runItem(next++);
	};
	const width = client instanceof Error ? 1 : client.maxConcurrency;
	await Promise.all(Array.from({ length: width }, runItems));

	const first = failures.find((failure) => failure !== undefined);
	if (first !== undefined) throw first;
	return paired(n8n, results);
}

function paired(n8n: IExecuteFunctions, results: readonly RunResult[]): INodeExecutionData[] {
	const output: INodeExecutionData[] = [];
	for (const [item, { items, hint }] of results.entries()) {
		for (const json of items) output.push({ json, pairedItem: { item } });
		if (hint !== undefined) n8n.addExecutionHints(hint);
	}
	return output;
}

/** The client that all items share, or why there is none: that is then the failure of each item. */
function clientFor(n8n: IExecuteFunctions, signal: AbortSignal): IntezerClient | Error {
	try {
		return new IntezerClient(n8n, { maxConcurrency: readMaxConcurrency(n8n), signal });
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
}

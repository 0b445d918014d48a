import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { IntezerClient } from '../../intezer/client';
import { anySignal } from '../../intezer/http/anySignal';
import { canceled, IntezerError } from '../../intezer/http/errors';
import { nodeError } from '../errors/nodeError';
import { readMaxConcurrency } from '../parameters/maxConcurrency';
import type { NodeOperations, OperationResult } from './operation';
import { Places } from './places';

/**
 * Runs the chosen operation for every input item, with as many items in parallel as requests are allowed. The output is
 * in the order of the input and paired with it. The first error stops the execution; with Continue On Fail, it becomes
 * an item.
 *
 * @throws NodeApiError, NodeOperationError
 */
export async function runForEachItem(
	n8n: IExecuteFunctions,
	{ operationOf, subjectOf, withLabels }: NodeOperations,
): Promise<INodeExecutionData[]> {
	const canceledByUser = n8n.getExecutionCancelSignal();
	const failed = new AbortController();
	const { signal: ended, release } = anySignal([canceledByUser, failed.signal]);
	const client = createClient(n8n, ended);
	const places = new Places(client instanceof Error ? 1 : client.maxConcurrency);
	const results: OperationResult[] = Array.from(n8n.getInputData(), () => ({ items: [] }));
	const errors: Array<ReturnType<typeof nodeError>> = [];

	const runItem = async (itemIndex: number): Promise<void> => {
		const itemEnded = new AbortController();
		let created: IDataObject = {};
		try {
			if (client instanceof Error) throw client;
			const operation = operationOf(n8n.getNodeParameter('operation', itemIndex));
			const pause = async (milliseconds: number) => {
				await places.releaseDuring(async () => await client.pause(milliseconds));
				if (ended.aborted) throw canceled();
			};
			const nameCreated = (named: IDataObject) => {
				created = named;
			};
			const input = { n8n, client, itemIndex, signal: itemEnded.signal, pause, nameCreated };
			results[itemIndex] = await operation.run(input);
		} catch (error) {
			// This item did not fail: the error of another item canceled its requests.
			if (failed.signal.aborted && error instanceof IntezerError && error.kind === 'canceled')
				return;
			const continues = n8n.continueOnFail() && canceledByUser?.aborted !== true;
			// An error that becomes an item is paired with its input item already.
			const namesItem = !continues && results.length > 1;
			const itemError = nodeError(n8n.getNode(), error, { withLabels, itemIndex, namesItem });
			if (continues) {
				const hasErrorOutput = n8n.getNode().onError === 'continueErrorOutput';
				// n8n sends only items without other fields to an error output; it adds those of the input item there.
				const subject = hasErrorOutput ? {} : { ...(await subjectOf(n8n, itemIndex)), ...created };
				results[itemIndex] = { items: [{ error: itemError.message, ...subject }] };
			} else {
				errors[itemIndex] = itemError;
				failed.abort();
			}
		} finally {
			// Requests for the item that still wait for a retry are not sent.
			itemEnded.abort();
		}
	};

	const running = new Set<Promise<void>>();
	for (const itemIndex of results.keys()) {
		await places.take();
		if (ended.aborted) {
			places.release();
			break;
		}
		const item = runItem(itemIndex).finally(() => {
			running.delete(item);
			places.release();
		});
		running.add(item);
	}
	await Promise.all(running);
	release();

	const first = errors.find((error) => error !== undefined);
	if (first !== undefined) throw first;
	return pairWithInput(n8n, results);
}

function pairWithInput(
	n8n: IExecuteFunctions,
	results: readonly OperationResult[],
): INodeExecutionData[] {
	const output: INodeExecutionData[] = [];
	for (const [item, { items, hint }] of results.entries()) {
		for (const json of items) output.push({ json, pairedItem: { item } });
		if (hint !== undefined) n8n.addExecutionHints(hint);
	}
	return output;
}

/** The client for all items, or the error that prevented it, which every item then reports. */
function createClient(n8n: IExecuteFunctions, signal: AbortSignal): IntezerClient | Error {
	try {
		// One limit for the whole execution: the first item's. Its other options concern only that item.
		const maxConcurrency = n8n.getNodeParameter('options.maxConcurrency', 0, '');
		return new IntezerClient(n8n, { maxConcurrency: readMaxConcurrency(maxConcurrency), signal });
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
}

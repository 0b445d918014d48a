import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { IntezerClient } from '../../intezer/client';
import { anySignal } from '../../intezer/http/anySignal';
import { canceled, IntezerError } from '../../intezer/http/errors';
import { nodeError } from '../errors/nodeError';
import { readMaxConcurrency } from '../parameters/maxConcurrency';
import type { NodeOperations, OperationInput, OperationResult } from './operation';
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
	operations: NodeOperations,
): Promise<INodeExecutionData[]> {
	return await new NodeRun(n8n, operations).run();
}

/** One run of a node. */
class NodeRun {
	private readonly canceledByUser: AbortSignal | undefined;
	/** Aborted by the first error that stops the execution. */
	private readonly failed = new AbortController();
	/** Aborted by either of the two. */
	private readonly ended: ReturnType<typeof anySignal>;
	private readonly client: IntezerClient | Error;
	private readonly places: Places;
	private readonly results: OperationResult[];
	/** The errors that stop the execution, by item. */
	private readonly errors: Array<ReturnType<typeof nodeError>> = [];

	constructor(
		private readonly n8n: IExecuteFunctions,
		private readonly operations: NodeOperations,
	) {
		this.canceledByUser = n8n.getExecutionCancelSignal();
		this.ended = anySignal([this.canceledByUser, this.failed.signal]);
		this.client = createClient(n8n, this.ended.signal);
		this.places = new Places(this.client instanceof Error ? 1 : this.client.maxConcurrency);
		this.results = Array.from(n8n.getInputData(), () => ({ items: [] }));
	}

	async run(): Promise<INodeExecutionData[]> {
		const running = new Set<Promise<void>>();
		for (const itemIndex of this.results.keys()) {
			await this.places.take();
			if (this.ended.signal.aborted) {
				this.places.release();
				break;
			}
			const item = this.runItem(itemIndex).finally(() => {
				running.delete(item);
				this.places.release();
			});
			running.add(item);
		}
		await Promise.all(running);
		this.ended.release();

		const first = this.errors.find((error) => error !== undefined);
		if (first !== undefined) throw first;
		return pairWithInput(this.n8n, this.results);
	}

	/** Never throws: an error is kept, or becomes the result of the item. */
	private async runItem(itemIndex: number): Promise<void> {
		const { n8n, client } = this;
		const itemEnded = new AbortController();
		const { signal, release } = anySignal([this.ended.signal, itemEnded.signal]);
		const created: IDataObject = {};
		try {
			if (client instanceof Error) throw client;
			const operation = this.operations.operationOf(n8n.getNodeParameter('operation', itemIndex));
			this.results[itemIndex] = await operation.run({
				n8n,
				client,
				itemIndex,
				signal,
				pause: this.pauseWith(client),
				nameCreated: (named) => Object.assign(created, named),
			});
		} catch (error) {
			await this.endItem(itemIndex, error, created);
		} finally {
			// Requests for the item that still wait for a retry are not sent.
			itemEnded.abort();
			release();
		}
	}

	private pauseWith(client: IntezerClient): OperationInput['pause'] {
		return async (milliseconds) => {
			await this.places.releaseDuring(async () => await client.pause(milliseconds));
			if (this.ended.signal.aborted) throw canceled();
		};
	}

	/** @param created what the operation had created before the error */
	private async endItem(itemIndex: number, error: unknown, created: IDataObject): Promise<void> {
		const { n8n, operations, results, failed } = this;
		// This item did not fail: the error of another item canceled its requests.
		const isCanceled = error instanceof IntezerError && error.kind === 'canceled';
		if (failed.signal.aborted && isCanceled) return;
		const continues = n8n.continueOnFail() && this.canceledByUser?.aborted !== true;
		// An error that becomes an item is paired with its input item already.
		const namesItem = !continues && results.length > 1;
		const { withLabels } = operations;
		const itemError = nodeError(n8n.getNode(), error, { withLabels, itemIndex, namesItem });
		if (!continues) {
			this.errors[itemIndex] = itemError;
			failed.abort();
			return;
		}
		// n8n sends only items without other fields to an error output; it adds those of the input item there.
		const hasErrorOutput = n8n.getNode().onError === 'continueErrorOutput';
		const subject = hasErrorOutput
			? {}
			: { ...(await operations.subjectOf(n8n, itemIndex)), ...created };
		results[itemIndex] = { items: [{ error: itemError.message, ...subject }] };
	}
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

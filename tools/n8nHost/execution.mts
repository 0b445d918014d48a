// The result of an execution, read from the JSON that n8n prints, stores and returns.
import { array, record, text } from './looseJson.mts';

/** Why a workflow or a node failed, as n8n shows it. */
export interface ExecutionFailure {
	/** The class of the error, e.g. `NodeApiError`. */
	readonly name: string | undefined;
	readonly message: string;
	readonly description: string | undefined;
	/** The status code of the HTTP response that caused it, as text. */
	readonly httpCode: string | undefined;
	/** The name of the node that failed. */
	readonly node: string | undefined;
}

/** An item as n8n passes it on: `json`, and optionally `pairedItem`, `error` and `binary`. */
export interface ExecutionItem {
	readonly json: Readonly<Record<string, unknown>>;
	readonly pairedItem?: unknown;
	readonly error?: unknown;
}

/** One run of one node; a node in a loop has several. */
export interface NodeRun {
	readonly status: string;
	readonly error: ExecutionFailure | undefined;
	/** The messages of its execution hints. */
	readonly hints: readonly string[];
	/** Its items, one list per output. */
	readonly outputs: readonly (readonly ExecutionItem[])[];
}

export interface ExecutionResult {
	/** `success`, `error`, `canceled`, `crashed`, … */
	readonly status: string;
	/** Set when the workflow failed. */
	readonly error: ExecutionFailure | undefined;
	/** The runs of each node that ran, by the node's name. */
	readonly runData: Readonly<Record<string, readonly NodeRun[]>>;
	/** The `json` of all items at the node's first output; none if it did not run. */
	items(nodeName: string): Readonly<Record<string, unknown>>[];
}

/** Reads an execution as n8n writes it: `{ status, data: { resultData: { runData, error } } }`. */
export function executionResult(execution: unknown): ExecutionResult {
	const { status, data } = record(execution);
	const { runData, error } = record(record(data)['resultData']);
	const runs: ExecutionResult['runData'] = Object.fromEntries(
		Object.entries(record(runData)).map(([node, list]) => [node, array(list).map(nodeRun)]),
	);
	return {
		status: text(status) ?? 'unknown',
		error: failure(error),
		runData: runs,
		items: (nodeName) =>
			(runs[nodeName] ?? []).flatMap(({ outputs }) => (outputs[0] ?? []).map(({ json }) => json)),
	};
}

/** Whether this is an execution that `executionResult` can read. */
export function isExecution(value: unknown): boolean {
	return 'resultData' in record(record(value)['data']);
}

function nodeRun(run: unknown): NodeRun {
	const { executionStatus, error, hints, data } = record(run);
	return {
		status: text(executionStatus) ?? 'unknown',
		error: failure(error),
		hints: array(hints).map((hint) => text(record(hint)['message']) ?? ''),
		outputs: array(record(data)['main']).map((output) => array(output).map(item)),
	};
}

function item(value: unknown): ExecutionItem {
	const fields = record(value);
	return { ...fields, json: record(fields['json']) };
}

function failure(error: unknown): ExecutionFailure | undefined {
	if (error === undefined || error === null) return undefined;
	const { name, message, description, httpCode, node } = record(error);
	return {
		name: text(name),
		message: text(message) ?? JSON.stringify(error),
		description: text(description),
		httpCode: text(httpCode),
		node: text(record(node)['name']),
	};
}

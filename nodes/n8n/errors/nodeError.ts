import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { IntezerError } from '../../intezer/http/errors';
import { errorText } from './errorText';
import { UserError } from './userError';

/** What the text of an error needs in addition to the error. */
interface ErrorContext {
	/** Replaces the names of fields in the service's reasons by the labels of the node's parameters. */
	withLabels: (reasons: string) => string;
	/** The input item that the error is about; left out if there are no items, such as in a poll. */
	itemIndex?: number;
	/** Whether the message names the item, as n8n does: `… [item 3]`. */
	namesItem?: boolean;
}

/** An error as n8n shows it: what happened, and what to do next. */
export function nodeError(
	node: INode,
	error: unknown,
	{ withLabels, itemIndex, namesItem = false }: ErrorContext,
): NodeApiError | NodeOperationError {
	const item = `[item ${itemIndex}]`;
	// Some of n8n's messages contain the item already.
	const withItem = (message: string) =>
		namesItem && !message.includes(item) ? `${message} ${item}` : message;
	if (error instanceof IntezerError) {
		const { httpStatus } = error;
		const { message: text, description } = errorText(error, withLabels);
		const message = withItem(text);
		const httpCode = httpStatus === undefined ? undefined : String(httpStatus);
		const shown = { message, description, httpCode, itemIndex };
		return new NodeApiError(node, { message }, shown);
	}
	if (error instanceof UserError) {
		const { description } = error;
		return new NodeOperationError(node, withItem(error.message), { description, itemIndex });
	}
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const unexpected = error instanceof Error ? error : new Error(String(error));
	const shown = { message: withItem(unexpected.message), itemIndex };
	return new NodeOperationError(node, unexpected, shown);
}

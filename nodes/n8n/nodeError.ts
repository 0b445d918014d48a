import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { IntezerError } from '../intezer/http/errors';
import { errorText } from './errorTexts';
import { ParameterError } from './parameterValues';

/** What an error's text needs besides the error. */
interface ErrorContext {
	/** Replaces the names of fields in the service's reasons by the labels of the node's parameters. */
	withLabels: (reasons: string) => string;
	/** The input item that the error is about; left out where there are no items, such as in a poll. */
	itemIndex?: number;
}

/** An error as n8n shows it: with what to do next, and with the item where it is about one. */
export function nodeError(
	node: INode,
	error: unknown,
	{ withLabels, itemIndex }: ErrorContext,
): NodeApiError | NodeOperationError {
	const forItem = (description: string) =>
		itemIndex === undefined ? description : `${description} (Item ${itemIndex})`;
	if (error instanceof IntezerError) {
		const { httpStatus } = error;
		const { message, description } = errorText(error, withLabels);
		const httpCode = httpStatus === undefined ? undefined : String(httpStatus);
		const shown = { message, description: forItem(description), httpCode, itemIndex };
		return new NodeApiError(node, { message }, shown);
	}
	if (error instanceof ParameterError) {
		const description = forItem(error.description);
		return new NodeOperationError(node, error.message, { description, itemIndex });
	}
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const unexpected = error instanceof Error ? error : String(error);
	return new NodeOperationError(node, unexpected, { itemIndex });
}

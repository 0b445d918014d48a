import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { ParameterError } from './parameterValues';
import { withLabels } from '../IntezerCases/parameters/payloadLabels';
import { IntezerError } from '../intezer/http/errors';

/**
 * An error as n8n shows it: with what to do next, and with the item where it is about one.
 *
 * @param itemIndex undefined for what has no items, such as a poll
 */
export function nodeError(
	node: INode,
	error: unknown,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	const forItem = (description: string) =>
		itemIndex === undefined ? description : `${description} (Item ${itemIndex})`;
	if (error instanceof IntezerError) {
		const { httpStatus } = error;
		const message = error.kind === 'badRequest' ? withLabels(error.message) : error.message;
		const description = forItem(error.description);
		const httpCode = httpStatus === undefined ? undefined : String(httpStatus);
		return new NodeApiError(node, { message }, { message, description, httpCode, itemIndex });
	}
	if (error instanceof ParameterError) {
		const description = forItem(error.description);
		return new NodeOperationError(node, error.message, { description, itemIndex });
	}
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const unexpected = error instanceof Error ? error : String(error);
	return new NodeOperationError(node, unexpected, { itemIndex });
}

import type {
	IDataObject,
	IExecuteFunctions,
	INodeProperties,
	NodeExecutionHint,
} from 'n8n-workflow';

import type { IntezerClient } from '../../intezer/client';

/** What an operation gets for one input item. */
export interface OperationInput {
	n8n: IExecuteFunctions;
	client: IntezerClient;
	itemIndex: number;
	/** Aborted when the item has failed or its run has ended: nothing more is sent for it. */
	signal: AbortSignal;
	/**
	 * Waits without a place in the throttle, while other items run instead of this one.
	 *
	 * @throws IntezerError of kind `canceled` if the run ends first
	 */
	pause(milliseconds: number): Promise<void>;
	/** Adds what the operation has created to the item of a later error, so that the user can continue with it. */
	nameCreated(created: IDataObject): void;
}

/** What an operation returns for one input item. */
export interface OperationResult {
	items: IDataObject[];
	/** Shown to the user next to the output. */
	hint?: NodeExecutionHint;
}

/** An operation of a node. */
export interface Operation {
	/** The operation in the parameter 'Operation'. */
	option: { name: string; value: string; action: string; description: string };
	/** Its parameters, without the display options that show them only for this operation. */
	properties: INodeProperties[];
	/** @throws ParameterError, IntezerError */
	run(input: OperationInput): Promise<OperationResult>;
}

/** Everything that a node can do, and how it reports errors. */
export interface NodeOperations {
	/** The operation with this value. @throws ParameterError for an unknown one, which an expression may return */
	operationOf(value: string): Operation;
	/** What the item of an error has in addition to the error: what the input item was about. */
	subjectOf(n8n: IExecuteFunctions, itemIndex: number): Promise<IDataObject>;
	/** Replaces the names of fields in the service's reasons by the labels of the node's parameters. */
	withLabels(reasons: string): string;
}

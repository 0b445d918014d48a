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
}

/** What an operation returns for one input item. */
export interface OperationResult {
	items: IDataObject[];
	/** Shown to the user next to the output. */
	hint?: NodeExecutionHint;
}

/** An operation of the node; index.ts lists them all. */
export interface Operation {
	/** The operation in the parameter 'Operation'. */
	option: { name: string; value: string; action: string; description: string };
	/** Its parameters, without the display options that show them only for this operation. */
	properties: INodeProperties[];
	/** @throws ParameterError, IntezerError */
	run(input: OperationInput): Promise<OperationResult>;
}

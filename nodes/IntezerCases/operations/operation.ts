import type {
	IDataObject,
	IExecuteFunctions,
	INodeProperties,
	NodeExecutionHint,
} from 'n8n-workflow';

import type { IntezerClient } from '../../intezer/client';

/** What an operation works with, for one input item. */
export interface Run {
	n8n: IExecuteFunctions;
	client: IntezerClient;
	itemIndex: number;
}

/** What an operation gives for one input item. */
export interface RunResult {
	items: IDataObject[];
	/** What the user should know of a run that did not fail. */
	hint?: NodeExecutionHint;
}

/** An operation: its parameters, shown where it is chosen, and what it does. */
export interface Operation {
	description: INodeProperties[];
	/** @throws ParameterError, IntezerError */
	run(run: Run): Promise<RunResult>;
}

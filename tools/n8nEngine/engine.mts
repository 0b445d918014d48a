import 'reflect-metadata';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type {
	IBinaryKeyData,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
	NodeExecutionHint,
} from 'n8n-workflow';

import { StoredCredential } from './storedCredential.mts';

/**
 * Loads the built package (`npm run build`) and n8n's engine, with the one copy of n8n-workflow that both use. To test
 * another version of the engine, name a folder with its node_modules and a copy of dist/.
 */
const root = process.env['N8N_ENGINE_FOLDER'];
const load = createRequire(
	root === undefined
		? new URL('../../dist/package.json', import.meta.url)
		: join(root, 'dist', 'package.json'),
);
const { ExecutionLifecycleHooks, WorkflowExecute } = load('n8n-core') as typeof import('n8n-core');
export const { NodeHelpers, Workflow } = load('n8n-workflow') as typeof import('n8n-workflow');
const { IntezerCases } = load('./nodes/IntezerCases/IntezerCases.node.js') as {
	IntezerCases: new () => INodeType;
};
const { IntezerAlerts } = load('./nodes/IntezerAlerts/IntezerAlerts.node.js') as {
	IntezerAlerts: new () => INodeType;
};
const { IntezerApi } = load('./credentials/IntezerApi.credentials.js') as {
	IntezerApi: new () => ICredentialType;
};

export const intezerCases = new IntezerCases();
export const intezerAlerts = new IntezerAlerts();
export const intezerApi = new IntezerApi();

/** The node whose output is the input of the tested node. */
const source: INodeType = {
	description: {
		displayName: 'Source',
		name: 'source',
		group: ['trigger'],
		version: 1,
		description: 'The input items of a test',
		defaults: {},
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
};

const TYPES: Record<string, INodeType> = {
	source,
	'n8n-nodes-intezer.intezerAlerts': intezerAlerts,
	'n8n-nodes-intezer.intezerCases': intezerCases,
};

export const nodeTypes: INodeTypes = {
	getByName: (name) => typeNamed(name),
	getByNameAndVersion: (name, version) =>
		NodeHelpers.getVersionedNodeType(typeNamed(name), version),
	getKnownTypes: () => ({}),
};

function typeNamed(name: string): INodeType {
	const type = TYPES[name];
	if (type === undefined) throw new Error(`no node type ${name}`);
	return type;
}

/** Registers another node with the same credential, to be run by `NodeRun.type`. */
export function addNodeType(name: string, type: INodeType): void {
	TYPES[name] = type;
}

export interface NodeRun {
	/** The name of the node's type; Intezer Cases by default. */
	type?: string;
	parameters: INodeParameters;
	/** The data of a credential, or a credential that several runs share. */
	credential: ICredentialDataDecryptedObject | StoredCredential;
	/** The JSON of the input items; one empty item by default. */
	input?: IDataObject[];
	/** The binary fields of every input item. */
	binary?: IBinaryKeyData;
	continueOnFail?: boolean;
	/** Sends failed items to a second output. */
	hasErrorOutput?: boolean;
	/** The time zone of the workflow, an IANA name; UTC by default. */
	timezone?: string;
	/** Receives a function that cancels the execution, as a user would. */
	onStart?: (cancel: () => void) => void;
}

export interface NodeOutcome {
	items: INodeExecutionData[];
	/** The JSON of the items. */
	json: IDataObject[];
	/** What the error output gave. */
	failed: INodeExecutionData[];
	error?: Error & { description?: string | null; context?: IDataObject; httpCode?: string | null };
	hints: NodeExecutionHint[];
	/** Everything that n8n would save of the execution. */
	saved: unknown;
}

/** n8n 1.x takes several arguments instead of one. */
interface EngineOfN8n1 {
	run(
		workflow: object,
		startNode: INode,
		destinationNode: undefined,
		pinData: object,
	): ReturnType<InstanceType<typeof WorkflowExecute>['run']>;
}

/** Runs one node in n8n's own engine. */
export async function runNode(run: NodeRun): Promise<NodeOutcome> {
	const credential =
		run.credential instanceof StoredCredential
			? run.credential
			: new StoredCredential(intezerApi, run.credential);
	const start: INode = {
		id: '1',
		name: 'Source',
		type: 'source',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const node: INode = {
		id: '2',
		name: 'Intezer Cases',
		type: run.type ?? 'n8n-nodes-intezer.intezerCases',
		typeVersion: 1,
		position: [200, 0],
		parameters: run.parameters,
		credentials: { intezerApi: { id: credential.id, name: 'Intezer' } },
		...(run.continueOnFail === true ? { onError: 'continueRegularOutput' } : {}),
		...(run.hasErrorOutput === true ? { onError: 'continueErrorOutput' } : {}),
	};
	const connections = {
		Source: { main: [[{ node: node.name, type: 'main' as const, index: 0 }]] },
	};
	const workflow = new Workflow({
		id: 'test',
		nodes: [start, node],
		connections,
		active: false,
		nodeTypes,
		settings: { timezone: run.timezone ?? 'UTC' },
	});
	const hooks = new ExecutionLifecycleHooks('manual', 'test', {
		id: 'test',
		name: 'test',
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes: [start, node],
		connections,
	});
	const additionalData = additionalDataOf(credential, hooks);

	const { binary } = run;
	const input = (run.input ?? [{}]).map((json) => ({ json, ...(binary && { binary }) }));
	const engine = new WorkflowExecute(additionalData, 'manual');
	const pinData = { Source: input };
	const execution =
		WorkflowExecute.prototype.run.length === 1
			? engine.run({ workflow, startNode: start, pinData })
			: (engine as unknown as EngineOfN8n1).run(workflow, start, undefined, pinData);
	run.onStart?.(() => {
		execution.cancel();
	});
	const { data } = await execution;
	const [task] = data.resultData.runData[node.name] ?? [];
	const items = task?.data?.main?.[0] ?? [];
	const error = task?.error ?? data.resultData.error;
	return {
		items,
		json: items.map((item) => item.json),
		failed: task?.data?.main?.[1] ?? [],
		...(error === undefined ? {} : { error }),
		hints: task?.hints ?? [],
		saved: data,
	};
}

/** What n8n passes to its engine in addition to the workflow. */
export function additionalDataOf(
	credential: StoredCredential,
	hooks?: InstanceType<typeof ExecutionLifecycleHooks>,
): IWorkflowExecuteAdditionalData {
	// Only the parts that the execution of a single node uses.
	return {
		credentialsHelper: credential,
		hooks,
		executionId: 'test',
		currentNodeExecutionIndex: 0,
		variables: {},
		webhookBaseUrl: 'http://localhost:5678/',
		webhookWaitingBaseUrl: 'http://localhost:5678/',
		webhookTestBaseUrl: 'http://localhost:5678/',
		formBaseUrl: 'http://localhost:5678/',
		formWaitingBaseUrl: 'http://localhost:5678/',
		formTestBaseUrl: 'http://localhost:5678/',
		restApiUrl: 'http://localhost:5678/',
		instanceBaseUrl: 'http://localhost:5678/',
	} as unknown as IWorkflowExecuteAdditionalData;
}

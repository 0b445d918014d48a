// cspell:ignore dont
import { createRequire } from 'node:module';

import { jest } from '@jest/globals';
import { PollContext } from 'n8n-core';
import type {
	IDataObject,
	INode,
	INodeParameters,
	INodeType,
	INodeTypes,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import type { StoredCredential } from '../../../tools/n8nEngine/storedCredential.mts';
import { additionalDataOf, NodeHelpers, Workflow } from '../../../tools/n8nEngine/engine.mts';

const load = createRequire(new URL('../../../dist/package.json', import.meta.url));

/** The trigger as a new process of n8n loads it: module state of earlier loads is gone. */
export function loadTrigger(): INodeType {
	// Everything except n8n's own errors, which n8n-core must recognize.
	const n8nWorkflow: unknown = load('n8n-workflow');
	jest.doMock('n8n-workflow', () => n8nWorkflow);
	let loaded: INodeType | undefined;
	jest.isolateModules(() => {
		const { IntezerCasesTrigger } = load('./nodes/IntezerCases/IntezerCasesTrigger.node.js') as {
			IntezerCasesTrigger: new () => INodeType;
		};
		loaded = new IntezerCasesTrigger();
	});
	jest.dontMock('n8n-workflow');
	if (loaded === undefined) throw new Error('the trigger was not loaded');
	return loaded;
}

export const trigger = loadTrigger();

/** How a workflow is activated. */
export interface Activation {
	credential: StoredCredential;
	/** The parameters of each trigger, by node name. */
	nodes: Record<string, INodeParameters>;
	/** The static data in n8n's database. */
	staticData?: IDataObject;
	mode?: WorkflowExecuteMode;
	activation?: WorkflowActivateMode;
	workflowId?: string;
	/** The time that n8n gives a poll, if it schedules polls durably. */
	budgetMs?: number | undefined;
	/** Whether n8n uses durable cursors: it then drops the state of a failed poll, and of a first one without events. */
	durable?: boolean;
	/** The trigger of another process. */
	trigger?: INodeType;
	/** The node's setting of that name. */
	alwaysOutputData?: boolean;
	/** The id of every node; otherwise each has one of its own. */
	nodeId?: string;
	/** The id of the node's credential. */
	credentialId?: string;
	/** Changes n8n's side of a poll, such as a method that the trigger calls. */
	onContext?: (context: PollContext) => void;
}

let lastWorkflow = 0;

/** An active workflow with triggers, as n8n keeps it from one activation to the next. */
export class ActiveWorkflow {
	/** The static data that n8n saved: it saves at activation and when a poll emits. */
	saved: IDataObject;
	private readonly workflow: InstanceType<typeof Workflow>;
	private readonly contexts = new Map<string, PollContext>();
	private readonly trigger: INodeType;
	private polls = 0;

	constructor(private readonly given: Activation) {
		const node = given.trigger ?? trigger;
		this.trigger = node;
		const nodeTypes: INodeTypes = {
			getByName: () => node,
			getByNameAndVersion: (_name, version) => NodeHelpers.getVersionedNodeType(node, version),
			getKnownTypes: () => ({}),
		};
		const nodes = Object.entries(given.nodes).map(([name, parameters], index): INode => ({
			id: given.nodeId ?? `node-${index}`,
			name,
			type: 'n8n-nodes-intezer.intezerCasesTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters,
			alwaysOutputData: given.alwaysOutputData ?? false,
			credentials: { intezerApi: { id: given.credentialId ?? 'intezer', name: 'Intezer' } },
		}));
		this.saved = structuredClone(given.staticData ?? {});
		this.workflow = new Workflow({
			id: given.workflowId ?? `workflow-${++lastWorkflow}`,
			nodes,
			connections: {},
			active: true,
			nodeTypes,
			staticData: structuredClone(this.saved),
			settings: { timezone: 'UTC' },
		});
		const { mode = 'trigger', activation = 'activate', budgetMs } = given;
		for (const node of nodes) {
			const context = new PollContext(
				this.workflow,
				node,
				additionalDataOf(given.credential),
				mode,
				activation,
			);
			if (budgetMs !== undefined) Reflect.set(context, 'getPollBudgetMs', () => budgetMs);
			given.onContext?.(context);
			this.contexts.set(node.name, context);
		}
	}

	/** Polls as n8n does, and returns the JSON of the first output's items; null if the poll emitted nothing. */
	async poll(name?: string): Promise<IDataObject[] | null> {
		const outputs = await this.pollOutputs(name);
		return outputs === null ? null : (outputs[0] ?? []);
	}

	/** Polls as n8n does, and returns the JSON of each output's items; null if the poll emitted nothing. */
	async pollOutputs(name = 'Trigger'): Promise<IDataObject[][] | null> {
		const context = this.contexts.get(name);
		if (context === undefined || this.trigger.poll === undefined) {
			throw new Error(`no trigger ${name}`);
		}
		const before = JSON.stringify(this.workflow.staticData);
		const isActivation = this.polls++ === 0;
		let isKept = this.given.durable !== true;
		try {
			const given = await this.trigger.poll.call(context);
			isKept ||= given !== null || !isActivation;
			if (given !== null) this.save();
			return given === null ? null : given.map((items) => items.map(({ json }) => json));
		} finally {
			if (!isKept) this.workflow.staticData = JSON.parse(before) as IDataObject;
		}
	}

	/** What the trigger has stored, saved or not. */
	get staticData(): IDataObject {
		return this.workflow.staticData;
	}

	/** Saves the static data as n8n does: only if it is marked as changed. */
	save(): void {
		if (this.workflow.staticData.__dataChanged !== true) return;
		this.saved = JSON.parse(JSON.stringify(this.workflow.staticData)) as IDataObject;
		this.workflow.staticData.__dataChanged = false;
	}

	/** The workflow published again, with the saved static data. */
	again(changes: Partial<Activation> = {}): ActiveWorkflow {
		const { id: workflowId } = this.workflow;
		return new ActiveWorkflow({ ...this.given, workflowId, staticData: this.saved, ...changes });
	}

	/** The workflow after n8n was killed and started again. */
	restarted(): ActiveWorkflow {
		return this.again({ activation: 'init', trigger: loadTrigger() });
	}
}

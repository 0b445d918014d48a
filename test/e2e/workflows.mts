import type { Workflow } from '../../tools/n8nHost/instance.mts';

export const NODE = 'Intezer Cases';
export const ALERTS_NODE = 'Intezer Alerts';
export const TRIGGER = 'Intezer Cases Trigger';

type Parameters = Record<string, unknown>;

/** A workflow that runs the node once, for one empty item or for each of `input`. */
export function workflow(
	id: string,
	parameters: Parameters,
	{ input, continueOnFail, credentialId = 'simulator' }: WorkflowOptions = {},
): Workflow {
	const chain = [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		...(input === undefined ? [] : feeding(input)),
		{
			...node(NODE, 'n8n-nodes-intezer.intezerCases', 1, { resource: 'case', ...parameters }),
			credentials: { intezerApi: { id: credentialId, name: credentialId } },
			...(continueOnFail === true ? { onError: 'continueRegularOutput' } : {}),
		},
	];
	return chained(id, chain, {});
}

/** A workflow that runs Intezer Alerts once. With `email`, its item has this text as a file. */
export function alertsWorkflow(id: string, parameters: Parameters, email?: string): Workflow {
	const file = [
		node('Email', 'n8n-nodes-base.set', 3.4, {
			mode: 'raw',
			jsonOutput: JSON.stringify({ email }),
			options: {},
		}),
		node('Convert to File', 'n8n-nodes-base.convertToFile', 1.1, {
			operation: 'toText',
			sourceProperty: 'email',
			options: {},
		}),
	];
	const chain = [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		...(email === undefined ? [] : file),
		{
			...node(ALERTS_NODE, 'n8n-nodes-intezer.intezerAlerts', 1, {
				resource: 'alert',
				...parameters,
			}),
			credentials: { intezerApi: { id: 'simulator', name: 'simulator' } },
		},
	];
	return chained(id, chain, {});
}

interface WorkflowOptions {
	input?: Parameters[];
	continueOnFail?: boolean;
	credentialId?: string;
}

/** A workflow in which n8n's own HTTP Request node uses the credential. */
export function httpRequestWorkflow(id: string, url: string): Workflow {
	const parameters = {
		url,
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'intezerApi',
		options: {},
	};
	const request = {
		...node('HTTP Request', 'n8n-nodes-base.httpRequest', 4.2, parameters),
		credentials: { intezerApi: { id: 'simulator', name: 'simulator' } },
	};
	return chained(id, [node('Start', 'n8n-nodes-base.manualTrigger', 1, {}), request], {});
}

/** Every ten seconds: n8n requires a minute between two polls of the same poll time, so there are six poll times. */
export const pollTimes = {
	item: [0, 10, 20, 30, 40, 50].map((second) => ({
		mode: 'custom',
		cronExpression: `${second} * * * * *`,
	})),
};

/** The nodes behind the trigger's two outputs. */
export const ON_CASE = 'On Case';
export const ON_HEARTBEAT = 'On Heartbeat';

/** A workflow that the trigger starts. */
export function triggerWorkflow(id: string, parameters: Parameters, settings: Parameters = {}) {
	const trigger = {
		...node(TRIGGER, 'n8n-nodes-intezer.intezerCasesTrigger', 1, { pollTimes, ...parameters }),
		credentials: { intezerApi: { id: 'intezerApi', name: 'Intezer API' } },
	};
	const then = [ON_CASE, ON_HEARTBEAT].map((name) => node(name, 'n8n-nodes-base.noOp', 1, {}));
	const main = then.map(({ name }) => [{ node: name, type: 'main', index: 0 }]);
	const connections = { [TRIGGER]: { main } };
	return { id, name: id, active: false, nodes: [trigger, ...then], connections, settings };
}

/** A workflow for `errorWorkflow` in another one's settings. */
export function alarmWorkflow(id: string) {
	const chain = [
		node('When a workflow fails', 'n8n-nodes-base.errorTrigger', 1, {}),
		node('Then', 'n8n-nodes-base.noOp', 1, {}),
	];
	return chained(id, chain, {});
}

/** Each node leads to the next. */
function chained(id: string, chain: Array<{ name: string }>, settings: Parameters): Workflow {
	const connections = Object.fromEntries(
		chain.slice(0, -1).map(({ name }, index) => {
			const next = { node: chain[index + 1]?.name, type: 'main', index: 0 };
			return [name, { main: [[next]] }];
		}),
	);
	return { id, name: id, active: false, nodes: chain, connections, settings };
}

/** Two of n8n's own nodes that turn one item into those that a test needs. */
function feeding(input: Parameters[]) {
	const jsonOutput = JSON.stringify({ each: input });
	return [
		node('Input', 'n8n-nodes-base.set', 3.4, { mode: 'raw', jsonOutput, options: {} }),
		node('Split', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'each', options: {} }),
	];
}

function node(name: string, type: string, typeVersion: number, parameters: Parameters) {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters };
}

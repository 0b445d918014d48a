import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { getAccounts } from './parameters/listAccounts';
import { eventSubtitle } from './trigger/parameters/event';
import { triggerProperties } from './trigger/parameters/index';
import { pollTrigger } from './trigger/pollTrigger';

export class IntezerCasesTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Intezer Cases Trigger',
		name: 'intezerCasesTrigger',
		icon: { light: 'file:../../icons/intezer.svg', dark: 'file:../../icons/intezer.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: eventSubtitle,
		description:
			'Get and search Intezer cases, or start a workflow when a case is created, escalated or updated',
		defaults: { name: 'Intezer Cases Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Cases', 'Heartbeat'],
		credentials: [{ name: 'intezerApi', required: true }],
		properties: triggerProperties,
	};

	methods = { loadOptions: { getAccounts } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollTrigger(this);
	}
}

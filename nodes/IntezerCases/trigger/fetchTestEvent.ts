import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { IntezerClient } from '../../intezer/client';
import { ParameterError } from '../../n8n/parameterValues';
import { latestCase } from '../polling/latestCase';
import { eventItem, readCaseFormat } from './eventItem';
import { readSettings } from './parameters/index';
import { pollError } from './pollError';

/**
 * The item for n8n's 'Fetch Test Event': a recent case that matches. The trigger's state is neither read nor changed.
 *
 * @throws NodeApiError or NodeOperationError, also if no case matches
 */
export async function fetchTestEvent(
	n8n: IPollFunctions,
	maxMs: number,
): Promise<INodeExecutionData[][]> {
	try {
		const settings = readSettings(n8n);
		const format = readCaseFormat(n8n);
		const client = new IntezerClient(n8n, { deadline: Date.now() + maxMs });
		const event = await latestCase(client, settings, Date.now() / 1000);
		if (event !== undefined) return [[eventItem(event, settings.event, format)]];
	} catch (error) {
		throw pollError(n8n.getNode(), error);
	}
	throw pollError(
		n8n.getNode(),
		new ParameterError(
			'No matching case found',
			"Change 'Filters', or wait for a case that matches 'Event' and 'Filters'.",
		),
	);
}

import type { INodeProperties } from 'n8n-workflow';

import { caseSearchTarget } from '../../intezer/search/caseSearchTarget';
import { searchHistory } from '../../intezer/search/searchHistory';
import { simplifyCase } from '../../intezer/simplifyCase';
import { CASE_NOUNS } from '../../n8n/entryNouns';
import type { Operation, OperationInput, OperationResult } from '../../n8n/operations/operation';
import { shortfallOf } from '../../n8n/operations/searchResult';
import { readSimplify, simplify } from '../../n8n/parameters/simplify';
import { UserError } from '../../n8n/errors/userError';
import { alertIdParameter, readAlertId } from '../parameters/alertId';
import { environmentOfCasesParameter, readEnvironment } from '../parameters/environment';

const ALL = { offset: 0, limit: Infinity, pageSize: 100 };

const properties: INodeProperties[] = [alertIdParameter, environmentOfCasesParameter, simplify];

export const getCases: Operation = {
	option: {
		name: 'Get Cases of Alert',
		value: 'getCases',
		action: 'Get the cases of an alert',
		description: 'Get the cases that contain an alert, one item per case',
	},
	properties,
	run,
};

async function run({ n8n, client, itemIndex, signal }: OperationInput): Promise<OperationResult> {
	const isSimple = readSimplify(n8n.getNodeParameter('simplify', itemIndex, true));
	const environment = readEnvironment(n8n, itemIndex);
	const alert = {
		alert_id: readAlertId(n8n, itemIndex),
		...(environment === undefined ? {} : { environment }),
	};
	const query = { payload: { alert_identifiers: [alert] } };
	const outcome = await searchHistory(caseSearchTarget(client), query, ALL, signal);
	const shortfall = shortfallOf(outcome, ALL.limit, CASE_NOUNS);
	if (shortfall !== undefined) throw new UserError(shortfall.message, 'Run the workflow again.');
	return {
		items: isSimple ? outcome.entries.map((found) => simplifyCase(found)) : outcome.entries,
	};
}

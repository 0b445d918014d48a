import { updateDisplayOptions } from 'n8n-workflow';

import { caseLocator } from '../parameters/caseLocator';
import type { RelatedKind } from '../../intezer/types';
import { locatedCaseId } from '../parameters/locatedCaseId';
import type { Operation } from './operation';

/**
 * An operation that gives an item for each device, user or TTP of a case: as it came, with `case_id` added where it
 * has none, so that a workflow can tell whose it is.
 */
export function relatedOperation(name: string, kind: RelatedKind): Operation {
	return {
		description: updateDisplayOptions({ show: { resource: ['case'], operation: [name] } }, [
			caseLocator,
		]),
		run: async ({ n8n, client, itemIndex }) => {
			const caseId = await locatedCaseId(n8n, itemIndex);
			const related = await client.getRelated(caseId, kind);
			return {
				items: related.map((each) => ({ ...each, case_id: each.case_id ?? caseId.trim() })),
			};
		},
	};
}

import { caseIdOf } from '../../intezer/caseId';
import type { RelatedKind } from '../../intezer/types';
import type { Operation } from '../../n8n/operations/operation';
import { caseLocator, readCaseLocator } from '../parameters/caseLocator';

/**
 * An operation that returns one item for each device, user or TTP of a case. Items are as received, with `case_id`
 * as text, filled in if it is missing.
 */
export function relatedEntitiesOperation(
	kind: RelatedKind,
	option: Operation['option'],
): Operation {
	return {
		option,
		properties: [caseLocator],
		run: async ({ n8n, client, itemIndex, signal }) => {
			const caseId = await readCaseLocator(n8n, itemIndex);
			const related = await client.getRelated(caseId, kind, signal);
			return {
				items: related.map((each) => ({ ...each, case_id: caseIdOf(each) ?? caseId.trim() })),
			};
		},
	};
}

import { relatedOperation } from './related';

/** Get TTPs: an item for each tactic, technique or procedure that the triage saw in a case. */
export const { description, run } = relatedOperation('getTtps', 'ttps');

import type { IPollFunctions } from 'n8n-workflow';

/** Who activated a trigger: n8n, because it started or its leader changed, or a user who published the workflow. */
export type ActivatedBy = 'n8n' | 'user';

/**
 * Contexts in which a poll ran, which this does not keep in memory. Each activation has a context of its own; with
 * durable polls, each poll has, and counts as the first after a publication.
 */
const polled = new WeakSet<IPollFunctions>();

/** Notes a poll of an activation. @returns who activated the trigger, if it is the first poll */
export function noteFirstPoll(n8n: IPollFunctions): ActivatedBy | undefined {
	if (polled.has(n8n)) return undefined;
	polled.add(n8n);
	const mode = n8n.getActivationMode();
	return mode === 'init' || mode === 'leadershipChange' ? 'n8n' : 'user';
}

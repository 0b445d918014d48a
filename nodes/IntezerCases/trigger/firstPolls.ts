import type { IPollFunctions } from 'n8n-workflow';

/** Contexts in which a poll ran: each activation has a context of its own, which this does not keep in memory. */
const polled = new WeakSet<IPollFunctions>();

/** Whether this is the first poll of an activation; true once for each context. */
export function isFirstPollOf(n8n: IPollFunctions): boolean {
	const isFirst = !polled.has(n8n);
	polled.add(n8n);
	return isFirst;
}

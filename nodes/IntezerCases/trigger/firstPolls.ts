import type { IPollFunctions } from 'n8n-workflow';

/** Contexts in which a poll ran: each activation has a context of its own, which this does not keep in memory. */
const polled = new WeakSet<IPollFunctions>();

/** Notes a poll of an activation. @returns whether it is the first */
export function noteFirstPoll(n8n: IPollFunctions): boolean {
	const isFirst = !polled.has(n8n);
	polled.add(n8n);
	return isFirst;
}

import { setImmediate as nextTurn } from 'node:timers/promises';

import { jest } from '@jest/globals';

const AN_HOUR = 3_600_000;

/** Lets everything happen that waits for no timer. */
export async function settled(): Promise<void> {
	for (let turn = 0; turn < 20; turn++) await nextTurn();
}

/** Responses that come when the test says so, in the order of the requests. */
export function responsesOnDemand() {
	const open: Array<(response: object) => void> = [];
	const answer = async () => await new Promise<object>((resolve) => open.push(resolve));
	const respond = async (response: object) => {
		open.shift()?.({ headers: {}, body: {}, ...response });
		await settled();
	};
	return { open, answer, respond };
}

/** A deadline that passes when the test says so. */
export function deadlineOnDemand() {
	const end = new AbortController();
	jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(end.signal);
	const stop = () => {
		end.abort();
	};
	return { limits: { deadline: Date.now() + AN_HOUR }, stop };
}

/** A cancellation that comes when the test says so. */
export function cancelOnDemand() {
	const abort = new AbortController();
	const stop = () => {
		abort.abort();
	};
	return { limits: { signal: abort.signal }, stop };
}

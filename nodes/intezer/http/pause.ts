import { sleep } from 'n8n-workflow';

/** Waits, or returns early when the signal is aborted. The timer itself can't be cut short. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	await unlessAborted(sleep(milliseconds), signal);
}

/** Waits for work that ignores the signal. Resolves to undefined once the signal is aborted. */
export async function unlessAborted<T>(
	work: Promise<T>,
	signal: AbortSignal | undefined,
): Promise<T | undefined> {
	if (signal === undefined) return await work;
	let wake: () => void = () => undefined;
	const aborted = new Promise<undefined>((resolve) => {
		wake = () => resolve(undefined);
	});
	const waiting = waitingFor(signal);
	waiting.add(wake);
	if (signal.aborted) wake();
	try {
		return await Promise.race([aborted, work]);
	} finally {
		waiting.delete(wake);
	}
}

/**
 * Kept in this process: what waits for each signal. Node warns of a leak if more than ten listeners are added to one
 * signal, so one listener wakes them all. Bound: an entry is dropped with its signal, when the run or poll ends.
 */
const waitingBySignal = new WeakMap<AbortSignal, Set<() => void>>();

function waitingFor(signal: AbortSignal): Set<() => void> {
	const known = waitingBySignal.get(signal);
	if (known !== undefined) return known;
	const waiting = new Set<() => void>();
	waitingBySignal.set(signal, waiting);
	signal.addEventListener('abort', () => {
		for (const wake of waiting) wake();
	});
	return waiting;
}

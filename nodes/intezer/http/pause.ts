import { sleep } from 'n8n-workflow';

/** Waits so many milliseconds, or until the signal is aborted. A sleep itself cannot be cut short. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	await unlessAborted(sleep(milliseconds), signal);
}

/** Waits for work that does not know the signal: gives undefined once that is aborted. */
export async function unlessAborted<T>(
	work: Promise<T>,
	signal: AbortSignal | undefined,
): Promise<T | undefined> {
	if (signal === undefined) return await work;
	let wake: () => void = () => undefined;
	const aborted = new Promise<undefined>((resolve) => {
		wake = () => resolve(undefined);
	});
	const sleepers = sleepersOf(signal);
	sleepers.add(wake);
	if (signal.aborted) wake();
	try {
		return await Promise.race([aborted, work]);
	} finally {
		sleepers.delete(wake);
	}
}

/** Node warns of a leak where more than ten listen to one signal: so one listens for all. */
const allSleepers = new WeakMap<AbortSignal, Set<() => void>>();

function sleepersOf(signal: AbortSignal): Set<() => void> {
	const known = allSleepers.get(signal);
	if (known !== undefined) return known;
	const sleepers = new Set<() => void>();
	allSleepers.set(signal, sleepers);
	signal.addEventListener('abort', () => {
		for (const wake of sleepers) wake();
	});
	return sleepers;
}

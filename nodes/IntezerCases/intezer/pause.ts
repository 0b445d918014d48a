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
	if (signal.aborted) {
		// Nobody waits for it any more, so nobody is to be told of its failure.
		work.catch(() => undefined);
		return undefined;
	}
	let wake: () => void = () => undefined;
	const aborted = new Promise<undefined>((resolve) => {
		wake = () => resolve(undefined);
	});
	signal.addEventListener('abort', wake);
	try {
		return await Promise.race([work, aborted]);
	} finally {
		signal.removeEventListener('abort', wake);
	}
}

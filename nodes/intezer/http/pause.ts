import { sleep } from 'n8n-workflow';

import { onAbort } from './onAbort';

/** Waits, or returns early when the signal is aborted. The timer itself can't be cut short. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	await unlessAborted(sleep(milliseconds), signal);
}

/** Waits for work that ignores the signal. Resolves to undefined once the signal is aborted. */
export async function unlessAborted<T>(
	work: Promise<T>,
	signal: AbortSignal | undefined,
): Promise<T | undefined> {
	let release: () => void = () => undefined;
	const aborted = new Promise<undefined>((resolve) => {
		release = onAbort(signal, () => {
			resolve(undefined);
		});
	});
	try {
		return await Promise.race([aborted, work]);
	} finally {
		release();
	}
}

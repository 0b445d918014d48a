/**
 * Kept in this process: what to call when a signal is aborted. Node warns of a leak if more than ten listeners are added
 * to one signal, so one listener calls them all. Bound: an entry is dropped with its signal, when the run or poll ends.
 */
const callbacksBySignal = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls a function when the signal is aborted; at once, if it is aborted already.
 *
 * @param callback must not throw
 * @returns a function after which it is not called any more
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
	if (signal === undefined) return () => undefined;
	if (signal.aborted) {
		callback();
		return () => undefined;
	}
	const callbacks = callbacksOf(signal);
	callbacks.add(callback);
	return () => {
		callbacks.delete(callback);
	};
}

function callbacksOf(signal: AbortSignal): Set<() => void> {
	const known = callbacksBySignal.get(signal);
	if (known !== undefined) return known;
	const callbacks = new Set<() => void>();
	callbacksBySignal.set(signal, callbacks);
	signal.addEventListener('abort', () => {
		for (const callback of callbacks) callback();
	});
	return callbacks;
}

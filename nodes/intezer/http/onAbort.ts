/**
 * Kept in this process: what to call when a signal is aborted. Node warns of a leak if more than ten listeners are added
 * to one signal, so one listener calls them all. Bound: an entry is dropped with its last callback.
 */
const callbacksBySignal = new WeakMap<AbortSignal, Callbacks>();

/** @param reason that of the signal */
type Callback = (reason: unknown) => void;

interface Callbacks {
	functions: Set<Callback>;
	/** Removes the listener: until then, Node keeps the signal of a timeout in memory. */
	stopListening: () => void;
}

/**
 * Calls a function when the signal is aborted; at once, if it is aborted already.
 *
 * @param callback must not throw
 * @returns a function after which it is not called any more
 */
export function onAbort(signal: AbortSignal | undefined, callback: Callback): () => void {
	if (signal === undefined) return () => undefined;
	if (signal.aborted) {
		callback(signal.reason);
		return () => undefined;
	}
	const { functions, stopListening } = callbacksOf(signal);
	functions.add(callback);
	return () => {
		if (!functions.delete(callback) || functions.size > 0) return;
		callbacksBySignal.delete(signal);
		stopListening();
	};
}

function callbacksOf(signal: AbortSignal): Callbacks {
	const known = callbacksBySignal.get(signal);
	if (known !== undefined) return known;
	const functions = new Set<Callback>();
	const onAborted = () => {
		for (const callback of functions) callback(signal.reason);
	};
	const stopListening = () => {
		signal.removeEventListener('abort', onAborted);
	};
	const callbacks = { functions, stopListening };
	callbacksBySignal.set(signal, callbacks);
	signal.addEventListener('abort', onAborted);
	return callbacks;
}

import { onAbort } from './onAbort';

/**
 * A signal that is aborted when the first of these is, and a function that ends this.
 *
 * `AbortSignal.any` won't do. Before Node 24, its signal is never aborted if the only source left, such as a timeout, was
 * garbage collected. In every version, Node keeps its signal, and everything that its listeners use, until the process
 * ends, unless each listener is removed.
 */
export function anySignal(sources: ReadonlyArray<AbortSignal | undefined>): {
	signal: AbortSignal;
	release: () => void;
} {
	const end = new AbortController();
	const releases = sources.map((source) =>
		onAbort(source, (reason) => {
			end.abort(reason);
		}),
	);
	const release = () => {
		for (const each of releases) each();
	};
	return { signal: end.signal, release };
}

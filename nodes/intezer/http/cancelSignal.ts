import type { IAllExecuteFunctions } from 'n8n-workflow';

/**
 * The context for a single request. n8n adds a listener to the signal of the execution for each request, and Node warns
 * of a leak if more than ten requests are in flight, so each request gets a signal of its own.
 */
export function withCancelSignal(
	n8n: IAllExecuteFunctions,
	signal: AbortSignal,
): IAllExecuteFunctions {
	return new Proxy(n8n, {
		get: (context, name): unknown =>
			name === 'getExecutionCancelSignal' ? () => signal : Reflect.get(context, name),
	});
}

import type { IAllExecuteFunctions } from 'n8n-workflow';

/**
 * The context as a single request sees it. n8n listens to the signal of the execution once for each request, and Node warns
 * of a leak where more than ten requests are in flight: so each has a signal of its own.
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

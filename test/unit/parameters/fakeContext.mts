import type { IExecuteFunctions, IPollFunctions } from 'n8n-workflow';

type Values = Readonly<Record<string, unknown>>;

/** The index of the only item that has values. */
export const ITEM = 2;

/** The context of an execution in n8n, whose item {@link ITEM} has these values of parameters. */
export function executionWith(values: Values, more: object = {}): IExecuteFunctions {
	const getNodeParameter = (name: string, itemIndex: number, fallback?: unknown) =>
		valueOf(itemIndex === ITEM ? values : {}, name, fallback);
	return { getNodeParameter, ...more } as unknown as IExecuteFunctions;
}

/** The context of a poll in n8n, whose node has these values of parameters, and these members. */
export function pollWith(values: Values, node: object = {}): IPollFunctions {
	const getNodeParameter = (name: string, fallback?: unknown) => valueOf(values, name, fallback);
	const getNode = () => ({ parameters: values, ...node });
	const getTimezone = () => 'UTC';
	return { getNodeParameter, getNode, getTimezone } as unknown as IPollFunctions;
}

/** As n8n has it: a missing value is the fallback, or an error without one. */
function valueOf(values: Values, name: string, fallback: unknown): unknown {
	const value = values[name] === undefined ? fallback : values[name];
	if (value === undefined) throw new Error(`Could not get parameter '${name}'`);
	return value;
}

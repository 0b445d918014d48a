/** What was learned about one point, or why it was not. */
export type Finding =
	| {
			readonly value: string | number | boolean;
			/** More about it, for the report. */
			readonly detail?: string;
			/** The settings of the simulator that imitate it. */
			readonly settings?: Readonly<Record<string, unknown>>;
	  }
	| { readonly value: 'unknown'; readonly reason: string };

export function unknown(reason: string): Finding {
	return { value: 'unknown', reason };
}

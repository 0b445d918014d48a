/** All contenders, in the order of the report. */
export const CONTENDERS = {
	floor: 'Floor: plain Node, 5 requests in flight',
	minimal: "A node that only sends requests, 5 in flight, in n8n's engine",
	intezerCases: "Intezer Cases, in n8n's engine",
	intezerCasesInN8n: 'Intezer Cases, in a real n8n',
	intezerCasesAtFive: "Intezer Cases, Max Concurrency 5, in n8n's engine",
	intezerCasesAtFiveInN8n: 'Intezer Cases, Max Concurrency 5, in a real n8n',
	sequential: 'Plain Node, one request after the other',
	declarative: "Declarative node, offset pagination, in n8n's engine",
	httpRequestInN8n: 'HTTP Request node, pagination, in a real n8n',
} as const;

export type ContenderId = keyof typeof CONTENDERS;

export type Operation = 'search' | 'searchRaw' | 'get';

/** One contender's results for one task. */
export interface Measurement {
	readonly contender: ContenderId;
	readonly operation: Operation;
	/** Number of cases in the history, or of items for Get Case. */
	readonly size: number;
	/** One value for each timed run. */
	readonly seconds: readonly number[];
	/** Why a run returned no items, or not all. */
	readonly failure: string | undefined;
	/** Requests of one run. */
	readonly requests: number;
	readonly mostInFlight: number;
	/** Peak resident set of the whole process, in bytes. */
	readonly peakMemory: number | undefined;
	/** How much the resident set grew during the run, divided by the memory that the items take; for `searchRaw`. */
	readonly growthPerItemByte?: number | undefined;
}

/** The median; NaN for an empty list. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const [low = NaN, high = NaN] = [
		sorted[sorted.length % 2 === 0 ? middle - 1 : middle],
		sorted[middle],
	];
	return (low + high) / 2;
}

/** All measurements, with lookup by contender, operation and size. */
export class Measurements {
	constructor(readonly all: readonly Measurement[]) {}

	of(contender: ContenderId, operation: Operation, size: number): Measurement | undefined {
		return this.all.find(
			(each) => each.contender === contender && each.operation === operation && each.size === size,
		);
	}

	/** The median time in seconds; undefined if it was not measured, or failed. */
	seconds(contender: ContenderId, operation: Operation, size: number): number | undefined {
		const found = this.of(contender, operation, size);
		return found === undefined || found.failure !== undefined ? undefined : median(found.seconds);
	}

	/** The first one's time divided by the second one's. */
	ratio(first: Measurement | undefined, second: Measurement | undefined): number | undefined {
		if (first === undefined || second === undefined) return undefined;
		return median(first.seconds) / median(second.seconds);
	}
}

/** Everything that is measured, in the order of the report. */
export const CONTENDERS = {
	floor: 'Floor: plain Node, five requests in flight',
	intezerCases: "Intezer Cases, in n8n's engine",
	intezerCasesInN8n: 'Intezer Cases, in a real n8n',
	sequential: 'Plain Node, one request after the other',
	declarative: "Declarative node, offset pagination, in n8n's engine",
	httpRequestInN8n: 'HTTP Request node, pagination, in a real n8n',
} as const;

export type ContenderId = keyof typeof CONTENDERS;

export type Operation = 'search' | 'get';

/** What one contender needed for one task. */
export interface Measurement {
	readonly contender: ContenderId;
	readonly operation: Operation;
	/** Cases of the history, or items of Get Case. */
	readonly size: number;
	/** Of each timed run. */
	readonly seconds: readonly number[];
	/** Why a run gave no result, or not all of it. */
	readonly failure: string | undefined;
	/** Of one run. */
	readonly requests: number;
	readonly mostInFlight: number;
	/** The most that its whole process ever held, in bytes. */
	readonly peakMemory: number | undefined;
}

/** The measured time, in seconds. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const [low = NaN, high = NaN] = [
		sorted[sorted.length % 2 === 0 ? middle - 1 : middle],
		sorted[middle],
	];
	return (low + high) / 2;
}

/** The measurements of a run, to look up. */
export class Measurements {
	constructor(readonly all: readonly Measurement[]) {}

	of(contender: ContenderId, operation: Operation, size: number): Measurement | undefined {
		return this.all.find(
			(each) => each.contender === contender && each.operation === operation && each.size === size,
		);
	}

	/** The median time in seconds; undefined where there is none, or the contender failed. */
	seconds(contender: ContenderId, operation: Operation, size: number): number | undefined {
		const found = this.of(contender, operation, size);
		return found === undefined || found.failure !== undefined ? undefined : median(found.seconds);
	}

	/** How many times as long the first took as the second. */
	ratio(first: Measurement | undefined, second: Measurement | undefined): number | undefined {
		if (first === undefined || second === undefined) return undefined;
		return median(first.seconds) / median(second.seconds);
	}
}

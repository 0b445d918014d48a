import { isPacked, type PackedHashes } from './seenHashes';

/** What a trigger knows between two polls. Seconds are the server's. */
export interface TriggerState {
	version: 1;
	/** What it belongs to, see `Watch`. */
	key: string;
	/** 0 for the first state of a node, else the second at which it took the place of another. */
	epoch: number;
	/** Unix milliseconds of n8n's clock: when the trigger began, where no answer has come since. */
	began?: number;
	/** From this second on the next poll asks. */
	from?: number;
	/** Up to this second the last poll read. */
	reach?: number;
	/** Most cases to read at a time, after a poll that asked for too much. */
	slice?: number;
	/** What the answers of the last polls held. */
	known: PackedHashes;
	/** Marks of the cases that match, the longest unmodified first. */
	inside?: string;
	/** Marks of cases that matched once, each with the number of times that they left. */
	left?: string;
	/** So often may a case have left that is not among them. */
	leftUnknown?: number;
	/** The stock that is still to take: cases modified after the one second, up to the other. */
	stock?: { after: number; until: number };
}

const NUMBERS = ['began', 'from', 'reach', 'slice', 'leftUnknown'] as const;
const TEXTS = ['inside', 'left'] as const;

/** A trigger that knows nothing: its first poll takes stock. */
export function fresh(key: string, epoch: number): TriggerState {
	return { version: 1, key, epoch, known: {} };
}

/**
 * A trigger that has no answer yet remembers when it began: what happens from then on is not lost.
 *
 * @param now Unix milliseconds of n8n's clock
 */
export function begun(state: TriggerState, now: number): TriggerState {
	return state.from === undefined && state.began === undefined ? { ...state, began: now } : state;
}

/** A state from n8n's static data; undefined where there is none that can be read. */
export function readState(stored: unknown): TriggerState | undefined {
	if (!isRecord(stored) || stored.version !== 1) return undefined;
	const { key, epoch, known, stock } = stored;
	if (typeof key !== 'string' || !isNumber(epoch) || !isPacked(known)) return undefined;
	const state: TriggerState = { version: 1, key, epoch, known: { ...known } };
	for (const name of NUMBERS) {
		const value = stored[name];
		if (isNumber(value)) state[name] = value;
		else if (value !== undefined) return undefined;
	}
	for (const name of TEXTS) {
		const value = stored[name];
		if (typeof value === 'string') state[name] = value;
		else if (value !== undefined) return undefined;
	}
	if (isRecord(stock) && isNumber(stock.after) && isNumber(stock.until)) {
		state.stock = { after: stock.after, until: stock.until };
	} else if (stock !== undefined) {
		return undefined;
	}
	return state;
}

function isNumber(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { randomBytes } from 'node:crypto';

import { isObject } from '../../intezer/json';
import { isPackedHashes, type PackedHashes } from './seenHashes';

/** What a trigger stores between two polls. Seconds are Unix seconds by the service's clock. */
export interface TriggerState {
	version: 1;
	/** What the state belongs to, see `TriggerSettings`. */
	key: string;
	/**
	 * Tells this state and those that follow it from any other that the node ever had: a part of the events' ids. A random
	 * text; a number in older states, 0 in the first of a node.
	 */
	epoch: string | number;
	/** How many polls emitted events, where any did. */
	emissions?: number;
	/** Set until the first response where the state follows one of other settings: no Look Back then. */
	isReplacement?: boolean;
	/** When the trigger started, in Unix milliseconds by n8n's clock; set until the first response. */
	startedAt?: number;
	/** The second from which the next poll reads. */
	cursor?: number;
	/** The second up to which the last poll read. */
	readUntil?: number;
	/** Maximum number of cases to read at a time, after a poll that ran out of time or requests. */
	partSize?: number;
	/** Hashes of what the responses of the last polls contained. */
	seen: PackedHashes;
	/** Hashes of the keys of the cases that match, the longest unmodified first. */
	matching?: string;
	/** Hashes of the keys of cases that stopped matching, each with how often it did. */
	leaveCounts?: string;
	/** How often a case that is not in `leaveCounts` may have stopped matching. */
	otherLeaveCount?: number;
	/** The part of the baseline still to be read: cases modified after the one second, up to the other. */
	unreadBaseline?: { after: number; until: number };
}

const NUMBERS = [
	'startedAt',
	'cursor',
	'readUntil',
	'partSize',
	'otherLeaveCount',
	'emissions',
] as const;
const TEXTS = ['matching', 'leaveCounts'] as const;

/** The state of a trigger that knows nothing yet: its first poll records the baseline. */
export function emptyState(key: string, epoch: TriggerState['epoch'] = newEpoch()): TriggerState {
	return { version: 1, key, epoch, seen: {} };
}

/** An empty state in place of one that belongs to other settings. */
export function replacementState(key: string): TriggerState {
	return { ...emptyState(key), isReplacement: true };
}

/** 48 random bits: no state takes the epoch of an earlier one, also in another n8n. */
function newEpoch(): string {
	return randomBytes(6).toString('base64url');
}

/** Whether a state is the first of its node: then Look Back applies. */
export function isFirstState({ epoch, isReplacement }: TriggerState): boolean {
	return isReplacement !== true && (typeof epoch === 'string' || epoch === 0);
}

/**
 * Notes when the trigger started, where no response has come yet: events from then on are not lost.
 *
 * @param now Unix milliseconds by n8n's clock
 */
export function withStartTime(state: TriggerState, now: number): TriggerState {
	return state.cursor === undefined && state.startedAt === undefined
		? { ...state, startedAt: now }
		: state;
}

/** The state in n8n's static data; undefined where there is none, or none that can be read. */
export function readState(stored: unknown): TriggerState | undefined {
	if (!isObject(stored) || stored.version !== 1) return undefined;
	const { key, epoch, seen, unreadBaseline } = stored;
	if (typeof key !== 'string' || !isEpoch(epoch) || !isPackedHashes(seen)) return undefined;
	const state: TriggerState = { version: 1, key, epoch, seen: { ...seen } };
	if (stored.isReplacement === true) state.isReplacement = true;
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
	if (
		isObject(unreadBaseline) &&
		isNumber(unreadBaseline.after) &&
		isNumber(unreadBaseline.until)
	) {
		state.unreadBaseline = { after: unreadBaseline.after, until: unreadBaseline.until };
	} else if (unreadBaseline !== undefined) {
		return undefined;
	}
	return state;
}

function isEpoch(value: unknown): value is TriggerState['epoch'] {
	return isNumber(value) || (typeof value === 'string' && value !== '');
}

function isNumber(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value);
}

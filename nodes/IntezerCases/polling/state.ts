import { randomBytes } from 'node:crypto';

import { isObject } from '../../intezer/json';
import { readPart, type Part } from './window/windowPart';
import { isPackedHashes, type PackedHashes } from './window/seenHashes';

/** What a trigger stores between two polls. Seconds are Unix seconds by the service's clock. */
export interface TriggerState {
	version: 1;
	/** Identifies what the state belongs to: event, filters, address and credential. If it changes, the trigger starts over. */
	key: string;
	/**
	 * Tells this state and those that follow it from any other that the node ever had: a part of the events' ids. A random
	 * text; a number in older states, 0 in the first of a node.
	 */
	epoch: string | number;
	/** How many polls emitted events, if any did. */
	emissions?: number;
	/** Set until the first response if the state follows one of other settings that had a response: no Look Back then. */
	isReplacement?: boolean;
	/** When the first of the polls before a response failed, in Unix milliseconds by n8n's clock: the trigger's start. */
	startedAt?: number;
	/** When the last of these polls failed, by the same clock. */
	triedAt?: number;
	/** The second from which the next poll reads. */
	cursor?: number;
	/** The part from the cursor on that is being read page by page. */
	part?: Part;
	/** Where to continue in what has not settled; undefined if all of it was read. */
	tailOffset?: number;
	/** How many ids the service accepts in a request, if a poll has found out and could not read all. */
	maxIds?: number;
	/** Hashes of events that a poll may read again, by the last second at which they can have happened. */
	seen: PackedHashes;
	/** Hashes of the keys of the cases that match, the longest unmodified first. */
	matching?: string;
	/** Cases of the matching set that were read lately, see `Sightings`. */
	sightings?: PackedHashes;
	/** Cases created before this second are not in the matching set, and have no events; undefined if all count. */
	createdFrom?: number;
	/** The part of the baseline still to be read. */
	unreadBaseline?: UnreadBaseline;
}

/** Cases whose time lies after the one second, up to the other. */
export interface UnreadBaseline {
	after: number;
	until: number;
	/** Whether the time is that of creation; else that of the last modification. */
	isByCreation?: boolean;
	/** The last second of creation of the cases to record, if the state knows younger ones already. */
	createdUntil?: number;
	/** The second from which modifications count as after the start. */
	modifiedBefore?: number;
	/** How many cases at the end of the matching set are those modified last at the start. */
	latest?: number;
	part?: Part;
}

const NUMBERS = [
	'startedAt',
	'triedAt',
	'cursor',
	'tailOffset',
	'maxIds',
	'emissions',
	'createdFrom',
] as const;

/** The state of a trigger that knows nothing yet: its first poll records the baseline. */
export function emptyState(key: string, epoch: TriggerState['epoch'] = newEpoch()): TriggerState {
	return { version: 1, key, epoch, seen: {} };
}

/**
 * The state in place of one that belongs to other settings. Before the first response, the user is correcting what did
 * not work, so the start stays where it was, and so does Look Back.
 */
export function replacementState(replaced: TriggerState, key: string): TriggerState {
	if (replaced.cursor === undefined) return { ...replaced, key };
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
 * Notes a failed poll if no response has come yet: events from the first of these polls on are not lost.
 *
 * @param now Unix milliseconds by n8n's clock
 */
export function withStartTime(state: TriggerState, now: number): TriggerState {
	if (state.cursor !== undefined) return state;
	return { ...state, startedAt: state.startedAt ?? now, triedAt: now };
}

/** Whether a poll has read on, or learned what lets the next one do so. */
export function hasProgress(before: TriggerState, after: TriggerState): boolean {
	return positionIn(before) !== positionIn(after);
}

function positionIn({ cursor, part, tailOffset, maxIds, unreadBaseline }: TriggerState): string {
	return JSON.stringify([cursor, part, tailOffset, maxIds, unreadBaseline]);
}

/** How long a start counts if no poll follows that fails too. */
const MAX_PAUSE_MS = 24 * 3_600_000;

/**
 * The state when a user publishes the workflow. If an earlier publication failed more than a day ago, the trigger starts
 * now: the user does not expect the events of days in which the workflow was not published.
 */
export function withoutOldStart(state: TriggerState, now: number): TriggerState {
	const { startedAt, triedAt = now, ...others } = state;
	const isOld = startedAt !== undefined && now - triedAt > MAX_PAUSE_MS;
	return isOld ? others : state;
}

/** The state in n8n's static data; undefined if there is none, or none that can be read. */
export function readState(stored: unknown): TriggerState | undefined {
	if (!isObject(stored) || stored.version !== 1) return undefined;
	const { key, epoch, seen, matching, sightings, part, unreadBaseline } = stored;
	if (typeof key !== 'string' || !isEpoch(epoch) || !isPackedHashes(seen)) return undefined;
	const state: TriggerState = { version: 1, key, epoch, seen: { ...seen } };
	if (stored.isReplacement === true) state.isReplacement = true;
	for (const name of NUMBERS) {
		const value = stored[name];
		if (isNumber(value)) state[name] = value;
		else if (value !== undefined) return undefined;
	}
	if (typeof matching === 'string') state.matching = matching;
	else if (matching !== undefined) return undefined;
	if (isPackedHashes(sightings)) state.sightings = { ...sightings };
	const readablePart = readPart(part);
	if (readablePart !== undefined) state.part = readablePart;
	if (unreadBaseline === undefined) return state;
	const unread = readUnreadBaseline(unreadBaseline);
	return unread === undefined ? undefined : { ...state, unreadBaseline: unread };
}

function readUnreadBaseline(stored: unknown): UnreadBaseline | undefined {
	if (!isObject(stored) || !isNumber(stored.after) || !isNumber(stored.until)) return undefined;
	const unread: UnreadBaseline = { after: stored.after, until: stored.until };
	if (stored.isByCreation === true) unread.isByCreation = true;
	if (isNumber(stored.createdUntil)) unread.createdUntil = stored.createdUntil;
	if (isNumber(stored.modifiedBefore)) unread.modifiedBefore = stored.modifiedBefore;
	if (isNumber(stored.latest)) unread.latest = stored.latest;
	const part = readPart(stored.part);
	return part === undefined ? unread : { ...unread, part };
}

function isEpoch(value: unknown): value is TriggerState['epoch'] {
	return isNumber(value) || (typeof value === 'string' && value !== '');
}

function isNumber(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value);
}

import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../intezer/json';
import { readState, type TriggerState } from '../polling/state';

/** What heartbeats report about the polls so far. Times are Unix milliseconds by n8n's clock. */
export interface Health {
	/** The last poll that succeeded. */
	lastSuccess?: number;
	/** How far that poll lagged. */
	behindSeconds?: number;
	/** When the last heartbeat was sent; at first, when heartbeats were turned on. */
	lastHeartbeat?: number;
}

/** What the trigger keeps from one poll to the next, in n8n's static data. */
export interface SavedState {
	polling: TriggerState;
	health: Health;
	/** A state for changed settings that have had no response: `polling` is kept, because the user may change them back. */
	unanswered?: TriggerState;
	/** The process that wrote the state, and its position among all that this process wrote. */
	writer?: string;
	revision?: number;
}

const HEALTH = ['lastSuccess', 'behindSeconds', 'lastHeartbeat'] as const;

/** The value for n8n's static data. */
export function toStored({ polling, health, ...others }: SavedState): IDataObject {
	return { ...polling, ...health, ...others };
}

/** The state in n8n's static data; undefined if there is none, or none that can be read. */
export function fromStored(stored: unknown): SavedState | undefined {
	const polling = readState(stored);
	if (polling === undefined || !isObject(stored)) return undefined;
	const state: SavedState = { polling, health: {} };
	for (const name of HEALTH) {
		const value = stored[name];
		if (typeof value === 'number' && Number.isFinite(value)) state.health[name] = value;
	}
	const unanswered = readState(stored.unanswered);
	if (unanswered !== undefined) state.unanswered = unanswered;
	const { writer, revision } = stored;
	if (typeof writer !== 'string' || typeof revision !== 'number') return state;
	return { ...state, writer, revision };
}

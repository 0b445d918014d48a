import type { INodeExecutionData } from 'n8n-workflow';

import type { TriggerState } from '../polling/state';
import type { Health } from './savedState';

/**
 * n8n starts polls some milliseconds early or late; without a tolerance, every other heartbeat would be a poll late.
 */
const TOLERANCE_MS = 1_000;

/** The health after a poll started; if heartbeats are on, the time until the first one begins now. */
export function withHeartbeats(health: Health, minutes: number, now: number): Health {
	const { lastHeartbeat, ...others } = health;
	return minutes > 0 ? { ...others, lastHeartbeat: lastHeartbeat ?? now } : others;
}

/** Whether a heartbeat is due. A clock that was set back makes it due at once. */
export function isHeartbeatDue({ lastHeartbeat }: Health, minutes: number, now: number): boolean {
	if (minutes <= 0 || lastHeartbeat === undefined) return false;
	const elapsed = now - lastHeartbeat;
	return elapsed < 0 || elapsed >= minutes * 60_000 - TOLERANCE_MS;
}

/** The facts that a heartbeat reports. */
interface HeartbeatFacts {
	epoch: TriggerState['epoch'];
	health: Health;
	/** Unix milliseconds, like all times here. */
	now: number;
	/** Since when polls have failed; undefined if this one succeeded. */
	failingSince?: number;
}

/** The item of a heartbeat. */
export function heartbeatItem({
	epoch,
	health: { lastSuccess, behindSeconds },
	now,
	failingSince,
}: HeartbeatFacts): INodeExecutionData {
	const sinceSuccess = Math.max(0, Math.floor((now - (lastSuccess ?? now)) / 1000));
	return {
		json: {
			event: 'heartbeat',
			event_id: `heartbeat:${epoch}.${Math.floor(now / 1000).toString(36)}`,
			last_success: isoTime(lastSuccess),
			behind_seconds: behindSeconds === undefined ? null : behindSeconds + sinceSuccess,
			failing_since: isoTime(failingSince),
		},
	};
}

function isoTime(time: number | undefined): string | null {
	return time === undefined ? null : new Date(time).toISOString();
}

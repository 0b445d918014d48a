import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import type { Service } from './service.mts';

/**
 * Waits until the latency of the settings has passed since the request's arrival, so that the simulator's own work does
 * not add to it.
 */
export async function waitForLatency(
	request: FastifyRequest,
	{ settings, random, closing, recorder }: Service,
): Promise<void> {
	const { latencyMs, maxLatencyMs = latencyMs } = settings;
	const latency = latencyMs + random() * Math.max(maxLatencyMs - latencyMs, 0);
	const left = recorder.recordOf(request).receivedAt + latency - Date.now();
	if (left <= 0) return;
	// As many responses may wait as there are requests; Node warns of more than ten.
	setMaxListeners(0, closing.signal);
	await delay(left, undefined, { signal: closing.signal }).catch(() => undefined);
}

import type { FastifyReply } from 'fastify';
import type { QuotaState } from './requestQuota.mts';
import type { Settings } from './settings.mts';

/** Sets the headers that tell about a quota. Returns the 429 if it is exceeded. */
export function applyQuota(
	reply: FastifyReply,
	{ isExceeded, limit, remaining, resetAt }: QuotaState,
	headers: Settings['quotaHeaders'],
	now: number,
): FastifyReply | undefined {
	if (headers === 'rateLimit') {
		reply.header('x-ratelimit-limit', limit);
		reply.header('x-ratelimit-remaining', remaining);
		reply.header('x-ratelimit-reset', resetAt);
	}
	if (!isExceeded) return undefined;
	if (headers === 'retryAfter') reply.header('retry-after', Math.max(Math.ceil(resetAt - now), 1));
	return reply.code(429).send({ error: 'Too many requests' });
}

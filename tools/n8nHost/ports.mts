import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import getPort from 'get-port';

const LINUX_RANGE = '/proc/sys/net/ipv4/ip_local_port_range';

/** The lowest ephemeral port: the operating system assigns ports from here on to servers at port 0 and to connections. */
const FIRST_EPHEMERAL = existsSync(LINUX_RANGE)
	? Number.parseInt(readFileSync(LINUX_RANGE, 'utf8'))
	: 49_152;
/** Only ports below the ephemeral ones, unless fewer than 10,000 would be left. */
const RANGE = {
	from: 10_000,
	to: Math.max(Math.min(FIRST_EPHEMERAL - 1, 32_767), 19_999),
} as const;
/** Each worker of the test runner has its own share of the range; processes outside the workers use share 0. */
const SHARES = 32;
const CANDIDATES = 20;

/**
 * Returns a free port for a program that takes seconds to listen. Until then neither the operating system nor another
 * worker assigns it, and this process does not return it again.
 */
export async function freePort(): Promise<number> {
	return getPort({ port: Array.from({ length: CANDIDATES }, candidate), reserve: true });
}

function candidate(): number {
	const share =
		Number(process.env['JEST_WORKER_ID'] ?? process.env['VITEST_POOL_ID'] ?? 0) % SHARES;
	const size = Math.floor((RANGE.to + 1 - RANGE.from) / SHARES);
	return RANGE.from + randomInt(size) * SHARES + share;
}

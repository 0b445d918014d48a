import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import getPort from 'get-port';

const LINUX_RANGE = '/proc/sys/net/ipv4/ip_local_port_range';

/** The first port that the operating system gives out by itself: to a server at port 0, to a connection. */
const FIRST_GIVEN = existsSync(LINUX_RANGE)
	? Number.parseInt(readFileSync(LINUX_RANGE, 'utf8'))
	: 49_152;
/** All given out by nobody, unless that would leave fewer than 10,000. */
const RANGE = { from: 10_000, to: Math.max(Math.min(FIRST_GIVEN - 1, 32_767), 19_999) } as const;
/** Each of Vitest's workers has a share of the range, and so has what runs outside of them. */
const SHARES = 32;
const CANDIDATES = 20;

/**
 * A port on this machine that nobody else takes before the program that it is for listens there: not a server of
 * another process that takes any free port, not another worker, and not this process, which gets each port once.
 */
export async function freePort(): Promise<number> {
	return getPort({ port: Array.from({ length: CANDIDATES }, candidate), reserve: true });
}

function candidate(): number {
	const share = Number(process.env['VITEST_POOL_ID'] ?? 0) % SHARES;
	const size = Math.floor((RANGE.to + 1 - RANGE.from) / SHARES);
	return RANGE.from + randomInt(size) * SHARES + share;
}

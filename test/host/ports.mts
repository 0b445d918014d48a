import { randomInt } from 'node:crypto';
import getPort from 'get-port';

/** Below every port that an operating system gives out by itself: to a server at port 0, to a connection. */
const RANGE = { from: 10_000, to: 32_767 } as const;
const CANDIDATES = 20;

/**
 * A port on this machine that nobody else takes before the program that it is for listens there: not a server of
 * another process that takes any free port, and not this process, which gets each port once.
 */
export async function freePort(): Promise<number> {
	const port = Array.from({ length: CANDIDATES }, () => randomInt(RANGE.from, RANGE.to + 1));
	return getPort({ port, reserve: true });
}

import { sleep } from 'n8n-workflow';

import { LruMap } from '../../processState/lruMap';
import { Throttle, type Clock } from './throttle';

/** Not the time of day, because n8n's clock may be corrected while requests wait. */
const clock: Clock = { now: () => performance.now(), sleep };

/**
 * Kept in this process: the throttles, with what they learned about the limits of the service, by the fingerprint of key
 * and address. Bound: the 1,000 most recently used.
 */
const throttles = new LruMap<Throttle>(1000);

/** The throttle for all requests with one key and address. */
export function throttleFor(fingerprint: string): Throttle {
	const known = throttles.get(fingerprint);
	if (known !== undefined) return known;
	const throttle = new Throttle(clock);
	throttles.set(fingerprint, throttle);
	return throttle;
}

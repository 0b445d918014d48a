import { RecentMap } from '../../../process/recentMap';

/**
 * Kept in this process: the fingerprints of the keys and addresses whose token was accepted in their last response. Bound:
 * the 1,000 most recently used.
 */
const accepted = new RecentMap<true>(1000);

/** Records whether the token of a key and address was accepted. */
export function recordAcceptance(fingerprint: string, isAccepted: boolean): void {
	if (isAccepted) accepted.set(fingerprint, true);
	else accepted.delete(fingerprint);
}

/** Whether the last token of a key and address was accepted. */
export function wasAccepted(fingerprint: string): boolean {
	return accepted.get(fingerprint) === true;
}

import { refusal } from '../../nodes/intezer/http/errors.ts';
import type { Feedback, ThrottleClient } from '../../nodes/intezer/http/throttle.ts';
import type { Reply, Service } from './services.mts';
import { VirtualClock } from './virtualClock.mts';

/** How many requests the service received and refused. */
export class Traffic {
	requests = 0;
	refused = 0;
	/** Refused after the first hundred requests. */
	refusedLater = 0;
	/** The largest number of refusals of a single request. */
	mostRefusals = 0;

	count({ isAccepted }: Reply, nth: number, attempt: number): void {
		if (isAccepted) return;
		this.refused++;
		if (nth > 100) this.refusedLater++;
		this.mostRefusals = Math.max(this.mostRefusals, attempt);
	}
}

export const ERROR = refusal(429, {});

/** If a service does not say how long to wait: in the middle of what the retry policy may choose. */
const backoff = (attempt: number) => 1000 * 2 ** (attempt - 1);

/** Requests this many pages through a throttle: the first page alone, then twenty at a time. */
export async function requestPages(
	service: Service,
	client: ThrottleClient,
	pages: number,
	traffic = new Traffic(),
): Promise<void> {
	const requestPage = async () => {
		for (let attempt = 1; ; attempt++) {
			const reply = await client.run(async () => {
				const nth = ++traffic.requests;
				const value = await service();
				traffic.count(value, nth, attempt);
				return { value, feedback: feedbackTo(value, attempt) };
			}, attempt > 1);
			if (reply?.isAccepted !== false) return;
		}
	};
	await inParallel(20, pages, requestPage);
}

function feedbackTo(reply: Reply, attempt: number): Feedback {
	if (reply.isAccepted) return 'accepted';
	return { error: ERROR, waitMs: reply.retryAfterMs ?? backoff(attempt) };
}

/** Requests this many pages at a fixed width, and waits if the service asks for it. */
export async function requestPagesAtWidth(
	clock: VirtualClock,
	service: Service,
	width: number,
	pages: number,
): Promise<void> {
	let pausedUntil = 0;
	const requestPage = async () => {
		for (let attempt = 1; ; attempt++) {
			while (clock.now() < pausedUntil) await clock.sleep(pausedUntil - clock.now());
			const { isAccepted, retryAfterMs } = await service();
			if (isAccepted) return;
			pausedUntil = Math.max(pausedUntil, clock.now() + (retryAfterMs ?? backoff(attempt)));
		}
	};
	await inParallel(width, pages, requestPage);
}

/** The fixed width from 1 to 20 at which this many pages take the least time, and that time. */
export async function bestFixedWidth(
	model: (clock: VirtualClock) => Service,
	pages: number,
): Promise<{ width: number; milliseconds: number }> {
	let best = { width: 0, milliseconds: Infinity };
	for (let width = 1; width <= 20; width++) {
		const clock = new VirtualClock();
		await clock.run(requestPagesAtWidth(clock, model(clock), width, pages));
		if (clock.now() < best.milliseconds) best = { width, milliseconds: clock.now() };
	}
	return best;
}

async function inParallel(width: number, pages: number, requestPage: () => Promise<void>) {
	let next = 1;
	await requestPage();
	const worker = async () => {
		while (next < pages) {
			next++;
			await requestPage();
		}
	};
	await Promise.all(Array.from({ length: width }, worker));
}

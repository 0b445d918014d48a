import { AdaptiveLimit, MAX_WIDTH } from './adaptiveLimit';
import type { IntezerError } from './errors';
import { onAbort } from './onAbort';
import { WaitingTasks } from './waitingTasks';

/** The clock of a throttle. */
export interface Clock {
	/** Milliseconds since any moment; never goes back. */
	now(): number;
	sleep(milliseconds: number): Promise<void>;
}

/** What the response to a request says about the limits: the service accepted the request, or asked for a pause. */
export type Feedback = 'accepted' | 'unknown' | { error: IntezerError; waitMs: number };

/** Sends one request. */
export type Task<T> = () => Promise<{ value: T; feedback: Feedback }>;

/** The settings of a client. */
export interface ClientOptions {
	/** Maximum number of requests of this client in flight. */
	maxConcurrency?: number;
	/** Aborting it drops the client's waiting tasks, and starts no more. */
	signal?: AbortSignal | undefined;
	/** Called when a request of this client made the throttle slow down. */
	onSlowDown?: () => void;
}

/** One execution, poll or list. */
export interface ThrottleClient {
	/**
	 * Sends a request as soon as the throttle allows it.
	 *
	 * @param isRetry goes before the other tasks of this client
	 * @param signal aborting it drops the task, if it has not started
	 * @returns undefined if the task or the client was aborted before the task started
	 */
	run<T>(task: Task<T>, isRetry?: boolean, signal?: AbortSignal): Promise<T | undefined>;
}

/** The tasks of one client. */
interface ClientQueue {
	readonly maxConcurrency: number;
	readonly onSlowDown: (() => void) | undefined;
	inFlight: number;
	readonly waiting: WaitingTasks;
}

/**
 * Limits the requests with one key to one service, over all clients in this process. It finds out how many requests the
 * service accepts (AdaptiveLimit), and serves the clients in turn, however many tasks each of them has.
 */
export class Throttle {
	readonly limit = new AdaptiveLimit();
	/** Refusals so far; those of requests in flight together count once. */
	refusals = 0;
	/** Why the service last refused a request. */
	lastError: IntezerError | undefined;
	/** Those with waiting tasks. The first one is next. */
	private readonly queues = new Set<ClientQueue>();
	private inFlight = 0;
	/** `refusals` at the time when the service last accepted a request. */
	private refusalsAtAccepted = 0;
	private pausedUntil = -Infinity;
	private lastUsed = -Infinity;
	private wakeAt = Infinity;

	constructor(private readonly clock: Clock) {}

	/** For how many milliseconds the service asked to send nothing. */
	get pauseMs(): number {
		return Math.max(0, this.pausedUntil - this.clock.now());
	}

	/** How many refusals in a row there were since `refusals` had this value, with no accepted request after them. */
	refusalsSince(refusals: number): number {
		return this.refusals - Math.max(refusals, this.refusalsAtAccepted);
	}

	/** A new client, which is served in turn with the others. */
	join({ maxConcurrency = MAX_WIDTH, signal, onSlowDown }: ClientOptions = {}): ThrottleClient {
		const queue: ClientQueue = {
			maxConcurrency,
			onSlowDown,
			inFlight: 0,
			waiting: new WaitingTasks(),
		};
		return {
			run: async (task, isRetry = false, taskSignal = undefined) =>
				await this.run(queue, task, isRetry, [signal, taskSignal]),
		};
	}

	private async run<T>(
		queue: ClientQueue,
		task: Task<T>,
		isRetry: boolean,
		signals: ReadonlyArray<AbortSignal | undefined>,
	): Promise<T | undefined> {
		let releases: Array<() => void> = [];
		const isStarted = await new Promise<boolean>((resolve) => {
			queue.waiting.add(resolve, isRetry);
			this.queues.add(queue);
			const drop = () => {
				queue.waiting.remove(resolve);
				if (queue.waiting.isEmpty) this.queues.delete(queue);
				resolve(false);
			};
			releases = signals.map((signal) => onAbort(signal, drop));
			this.startNext();
		});
		for (const release of releases) release();
		if (!isStarted) return undefined;
		const refusalsBefore = this.refusals;
		let feedback: Feedback = 'unknown';
		try {
			const done = await task();
			feedback = done.feedback;
			return done.value;
		} finally {
			this.inFlight--;
			queue.inFlight--;
			this.lastUsed = this.clock.now();
			this.learn(queue, feedback, this.refusals === refusalsBefore);
			this.startNext();
		}
	}

	private learn(queue: ClientQueue, feedback: Feedback, isFirstRefusal: boolean): void {
		if (feedback === 'unknown') return;
		if (feedback === 'accepted') {
			this.refusalsAtAccepted = this.refusals;
			this.limit.accept(this.queues.size > 0);
			return;
		}
		const until = this.lastUsed + feedback.waitMs;
		this.pausedUntil = Math.max(this.pausedUntil, until);
		this.lastError = feedback.error;
		if (!isFirstRefusal) {
			this.limit.pauseUntil(until);
			return;
		}
		this.refusals++;
		this.limit.refuse(until);
		queue.onSlowDown?.();
	}

	private startNext(): void {
		while (this.inFlight < this.limit.width) {
			const queue = this.nextQueue();
			if (queue === undefined) return;
			const now = this.clock.now();
			if (now < this.limit.sendAt) {
				this.wake(this.limit.sendAt);
				return;
			}
			const idleMs = this.inFlight > 0 ? 0 : now - Math.max(this.lastUsed, this.limit.sendAt);
			this.limit.send(now, idleMs);
			this.lastUsed = now;
			this.inFlight++;
			queue.inFlight++;
			// To the end of the line.
			this.queues.delete(queue);
			queue.waiting.takeFirst()?.(true);
			if (!queue.waiting.isEmpty) this.queues.add(queue);
		}
	}

	private nextQueue(): ClientQueue | undefined {
		for (const queue of this.queues) if (queue.inFlight < queue.maxConcurrency) return queue;
		return undefined;
	}

	/** Continues at this time. A sleep can't be ended early; one that is no longer needed has no effect. */
	private wake(time: number): void {
		if (time >= this.wakeAt) return;
		this.wakeAt = time;
		void this.clock.sleep(time - this.clock.now()).then(() => {
			if (this.wakeAt === time) this.wakeAt = Infinity;
			this.startNext();
		});
	}
}

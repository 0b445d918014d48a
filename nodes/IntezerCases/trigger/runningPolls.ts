import type { IPollFunctions } from 'n8n-workflow';

import { deadlineExceeded } from '../../intezer/http/errors';
import { unlessAborted } from '../../intezer/http/pause';

/** The share of a poll's time in which it may send requests. In the rest, it returns what it has. */
const SHARE_FOR_REQUESTS = 0.98;

/** By trigger id: the polls in progress in this process. n8n may start two polls of a trigger at once. */
const running = new Map<string, RunningPoll>();

/** A poll of another activation has started: this one stops without a result. n8n 2 would discard it. */
export class PollReplaced extends Error {
	constructor() {
		super('Another activation of the trigger is already polling');
		this.name = 'PollReplaced';
	}
}

/** One poll in progress. It ends when its time is over, whatever it waits for. */
export class RunningPoll {
	private readonly end = new AbortController();
	private isReplaced = false;
	/** When its requests must be over, in Unix milliseconds. */
	readonly deadline: number;

	/** @param maxMs how long it may take */
	constructor(
		readonly n8n: IPollFunctions,
		maxMs: number,
	) {
		this.deadline = Date.now() + maxMs * SHARE_FOR_REQUESTS;
		const whenOver = AbortSignal.timeout(Math.max(0, Math.floor(maxMs)));
		whenOver.addEventListener('abort', () => this.stop());
	}

	/** Aborted when the poll has ended: nothing may be sent afterwards. */
	get signal(): AbortSignal {
		return this.end.signal;
	}

	/**
	 * Waits for work of this poll. A result that arrives after the poll's end is ignored.
	 *
	 * @throws PollReplaced; IntezerError of kind `deadlineExceeded`; what the work throws
	 */
	async waitFor<T>(work: Promise<T>): Promise<T> {
		const outcome = await unlessAborted(
			work.then(
				(value) => ({ value }),
				(error: unknown) => ({ error }),
			),
			this.signal,
		);
		if (this.isReplaced) throw new PollReplaced();
		if (outcome === undefined) throw deadlineExceeded();
		if ('error' in outcome) throw outcome.error;
		return outcome.value;
	}

	replace(): void {
		this.isReplaced = true;
		this.stop();
	}

	stop(): void {
		this.end.abort();
	}
}

/**
 * Starts a poll. It replaces a poll of the same trigger that another activation started, because that activation is
 * over.
 *
 * @param maxMs how long the poll may take
 * @returns undefined if a poll of the same activation is in progress
 */
export function startPoll(
	triggerId: string,
	n8n: IPollFunctions,
	maxMs: number,
): RunningPoll | undefined {
	const other = running.get(triggerId);
	if (other?.n8n === n8n) return undefined;
	other?.replace();
	const poll = new RunningPoll(n8n, maxMs);
	running.set(triggerId, poll);
	return poll;
}

/** Must be called for every poll that started, or its activation never polls again. */
export function endPoll(triggerId: string, poll: RunningPoll): void {
	poll.stop();
	if (running.get(triggerId) === poll) running.delete(triggerId);
}

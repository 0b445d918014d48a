import { IntezerError } from '../../intezer/http/errors';
import type { PollBudget } from './events';

const OVER_BUDGET = new Set(['deadlineExceeded', 'rateLimited']);

/** Whether a poll ran out of time or requests. */
export function isExhausted(error: unknown): error is IntezerError {
	return error instanceof IntezerError && OVER_BUDGET.has(error.kind);
}

/** Reports that a poll ran out of time or requests. @throws any other error */
export function reportOrThrow(error: unknown, budget: PollBudget): void {
	budget.onExhausted(exhaustedError(error));
}

/** The error of a poll that ran out of time or requests. @throws any other error */
export function exhaustedError(error: unknown): IntezerError {
	if (isExhausted(error)) return error;
	throw error;
}

import { createHash } from 'node:crypto';
import type { INode } from 'n8n-workflow';

import type { SearchQuery } from '../../intezer/types';

/** The search that ran longest ago is forgotten first. */
const MOST_SEARCHES = 1_000;

/** How many cases to expect of the searches that ran in this process. */
const expectations = new Map<string, number>();

/** A search as a workflow makes it again and again. */
export class RecurringSearch {
	private readonly key: string;

	/** @param offset how many of the first matching cases it leaves out */
	constructor({ credentials }: INode, query: SearchQuery, offset: number) {
		// Times move on from run to run.
		const asked = JSON.stringify([credentials, query], (_name, value: unknown) =>
			typeof value === 'number' ? null : value,
		);
		this.key = createHash('sha256').update(`${offset} ${asked}`).digest('base64url');
	}

	/** What the last run left, once: a run that fails leaves nothing. */
	takeExpectation(): number | undefined {
		const expected = expectations.get(this.key);
		expectations.delete(this.key);
		return expected;
	}

	/** Leaves to the next run how many cases to expect, if that is known. */
	leaveExpectation(expected: number | undefined): void {
		if (expected === undefined) return;
		expectations.delete(this.key);
		expectations.set(this.key, expected);
		const [oldest] = expectations.keys();
		if (expectations.size > MOST_SEARCHES && oldest !== undefined) expectations.delete(oldest);
	}
}

import { describe, expect, test } from '@jest/globals';

import { caseIdOf } from '../../../nodes/intezer/caseId.ts';
import { refusal } from '../../../nodes/intezer/http/errors.ts';
import { PageFetcher } from '../../../nodes/intezer/search/pages/pageFetcher.ts';
import type {
	EntryPage,
	IdScope,
	SearchTarget,
} from '../../../nodes/intezer/search/searchTarget.ts';
import type { SearchQuery } from '../../../nodes/intezer/types.ts';

/** A page with this many entries. */
const pageOf = (size: number, count?: number, serverTime?: number): EntryPage => ({
	entries: Array.from({ length: size }, (_, number) => ({ case_id: `c${number}` })),
	count,
	serverTime,
});

/** A service that responds to each request in turn, with a page or an error. */
function serviceOf(...responses: Array<EntryPage | Error>) {
	const requests: Array<{ query: SearchQuery; position: number; limit: number }> = [];
	const signals: AbortSignal[] = [];
	const target: SearchTarget = {
		maxConcurrency: 3,
		fields: { excludedIds: '', rangeStart: '', rangeEnd: '', rangeField: '' },
		idOf: caseIdOf,
		fetchPage: async (query, position, limit, signal) => {
			requests.push({ query, position, limit });
			signals.push(signal);
			const response = responses.shift();
			if (response === undefined) throw new Error('No more requests were expected.');
			if (response instanceof Error) throw response;
			return await Promise.resolve(response);
		},
	};
	return { target, requests, signals };
}

const query: SearchQuery = { payload: { case_statuses: ['new'] } };
const plain: SearchQuery = { payload: {} };
const badRequest = refusal(400, {});
const tooLarge = refusal(413, {});
const rateLimited = refusal(429, {});

describe('A page', () => {
	test('is what the service responds', async () => {
		const { target, requests } = serviceOf(pageOf(5, 30));
		expect(await new PageFetcher(target).fetch(query, 20, 10)).toEqual(pageOf(5, 30));
		expect(requests).toEqual([{ query, position: 20, limit: 10 }]);
	});

	test.each([
		['it is empty although more match', pageOf(0, 21)],
		['it is empty without a count', pageOf(0)],
	])('is requested a second time if %s', async (_, empty) => {
		const { target, requests } = serviceOf(empty, pageOf(1, 21), empty, empty);
		const fetcher = new PageFetcher(target);
		expect(await fetcher.fetch(query, 20, 10)).toEqual(pageOf(1, 21));
		expect(await fetcher.fetchUnlessTooFar(query, 20, 10)).toMatchObject({ entries: [] });
		expect(requests).toEqual(Array.from({ length: 4 }, () => ({ query, position: 20, limit: 10 })));
	});

	test.each([
		['it is empty where no more match', 20, pageOf(0, 20)],
		['it is not empty', 20, pageOf(1)],
		['nothing matches', 0, pageOf(0, 0)],
	])('is not requested again if %s', async (_, position, page) => {
		const { target, requests } = serviceOf(page, page);
		const fetcher = new PageFetcher(target);
		expect(await fetcher.fetch(query, position, 10)).toMatchObject({ entries: page.entries });
		expect(await fetcher.fetchUnlessTooFar(query, position, 10)).toMatchObject({
			entries: page.entries,
		});
		expect(requests).toHaveLength(2);
	});

	test.each([
		['no whole number', 0, 5, 30.5],
		['no number', 0, 5, Number.NaN],
		['negative', 10, 0, -1],
		['less than the page contains', 0, 5, 4],
		['less than the page and those before it contain', 20, 5, 24],
	])('has no count if that of the service is %s', async (_, position, size, count) => {
		const page = pageOf(size, count);
		const { target } = serviceOf(page, page);
		expect(await new PageFetcher(target).fetch(query, position, 10)).toMatchObject({
			count: undefined,
		});
	});

	test.each([
		[0, 5, 5],
		[20, 5, 25],
		[20, 5, 26],
		[20, 0, 10],
		[0, 0, 0],
	])('from position %i on with %i entries has a count of %i', async (position, size, count) => {
		const { target } = serviceOf(pageOf(size, count));
		expect(await new PageFetcher(target).fetch(query, position, 10)).toMatchObject({ count });
	});
});

describe('A search', () => {
	test('knows its requests, its largest page, and the time of the last response', async () => {
		const { target } = serviceOf(
			pageOf(2, 9, 1_000),
			pageOf(5, 9, 2_000),
			pageOf(2, 9),
			pageOf(0, 0),
		);
		const fetcher = new PageFetcher(target);
		const seen = () => [fetcher.requestCount, fetcher.largestPage, fetcher.serverTime];
		const states = [seen()];
		for (let request = 0; request < 4; request++) {
			await fetcher.fetch(query, 0, 10);
			states.push(seen());
		}
		expect(states).toEqual([
			[0, 1, undefined],
			[1, 2, 1_000],
			[2, 5, 2_000],
			[3, 5, undefined],
			[4, 5, undefined],
		]);
	});

	test.each([
		[5, 5],
		[1, 1],
		[0, 1],
		[-1, 1],
	])('with Max Concurrency %i starts %i requests at once', (maxConcurrency, expected) => {
		const target = { ...serviceOf().target, maxConcurrency };
		expect(new PageFetcher(target).parallelism).toBe(expected);
	});

	test('sends nothing after a request has failed, and ends the retries of the others', async () => {
		const failure = refusal(500, {});
		const { target, requests, signals } = serviceOf(pageOf(1, 1), failure);
		const fetcher = new PageFetcher(target);
		await fetcher.fetch(query, 0, 10);
		expect(signals[0]?.aborted).toBe(false);
		await expect(fetcher.fetch(query, 0, 10)).rejects.toBe(failure);
		expect(signals[0]?.aborted).toBe(true);
		const { idScope, lookups } = scopeOf([]);
		await expect(fetcher.fetch(query, 0, 10)).rejects.toBe(failure);
		await expect(fetcher.fetchUnlessTooFar(query, 5, 10)).rejects.toBe(failure);
		await expect(fetcher.lookUp(idScope, ['a'], () => true)).rejects.toBe(failure);
		expect(requests).toHaveLength(2);
		expect(lookups).toEqual([]);
		expect(fetcher.requestCount).toBe(2);
	});

	test('fails with the first of several failures', async () => {
		const { target } = serviceOf(badRequest, tooLarge);
		const fetcher = new PageFetcher(target);
		const both = [fetcher.fetch(query, 0, 10), fetcher.fetch(query, 0, 10)];
		await Promise.allSettled(both);
		await expect(fetcher.fetch(query, 0, 10)).rejects.toBe(badRequest);
	});

	test('sends nothing after it was canceled, and ends the retries of its requests', async () => {
		const cancel = new AbortController();
		const { target, requests, signals } = serviceOf(pageOf(1, 1));
		const fetcher = new PageFetcher(target, cancel.signal);
		await fetcher.fetch(query, 0, 10);
		expect(signals[0]?.aborted).toBe(false);
		cancel.abort(new Error('canceled'));
		expect(signals[0]?.aborted).toBe(true);
		const { idScope, lookups } = scopeOf([]);
		await expect(fetcher.fetch(query, 0, 10)).rejects.toThrow('canceled');
		await expect(fetcher.lookUp(idScope, ['a'], () => true)).rejects.toThrow('canceled');
		expect(requests).toHaveLength(1);
		expect(lookups).toEqual([]);
	});

	test('that can be canceled ends the retries of others when a request has failed', async () => {
		const { target, signals } = serviceOf(pageOf(1, 1), badRequest);
		const fetcher = new PageFetcher(target, new AbortController().signal);
		await fetcher.fetch(query, 0, 10);
		await expect(fetcher.fetch(query, 0, 10)).rejects.toBe(badRequest);
		expect(signals[0]?.aborted).toBe(true);
	});
});

describe('A page that may be too far', () => {
	test.each([badRequest, refusal(404, {}), refusal(416, {})])(
		'is none if the service refuses its position, and the search continues: %s',
		async (error) => {
			const { target } = serviceOf(error, pageOf(1, 1));
			const fetcher = new PageFetcher(target);
			expect(await fetcher.fetchUnlessTooFar(query, 10_000, 10)).toBeUndefined();
			expect(await fetcher.fetch(query, 0, 10)).toEqual(pageOf(1, 1));
		},
	);

	test.each([
		['the service refuses the first page', 0, badRequest],
		['the request fails for another reason', 10_000, refusal(403, {})],
		['something else fails', 10_000, new Error('out of memory')],
	])('fails if %s', async (_, position, error) => {
		const { target } = serviceOf(error);
		await expect(new PageFetcher(target).fetchUnlessTooFar(query, position, 10)).rejects.toBe(
			error,
		);
	});
});

describe('A request that may be too long', () => {
	test('is checked with a short one if it is refused', async () => {
		const { target, requests } = serviceOf(tooLarge, pageOf(1, 30), pageOf(1, 30));
		const fetcher = new PageFetcher(target);
		expect(await fetcher.fetchUnlessRefused(query, 0, 10, plain)).toBeUndefined();
		expect(requests).toEqual([
			{ query, position: 0, limit: 10 },
			{ query: plain, position: 0, limit: 1 },
		]);
		expect(await fetcher.fetch(query, 0, 10)).toEqual(pageOf(1, 30));
	});

	test('is not checked if it is accepted', async () => {
		const { target, requests } = serviceOf(pageOf(1, 30));
		const page = await new PageFetcher(target).fetchUnlessRefused(query, 0, 10, plain);
		expect(page).toEqual(pageOf(1, 30));
		expect(requests).toHaveLength(1);
	});

	test('fails if the short one is refused too', async () => {
		const refused = refusal(404, {});
		const { target } = serviceOf(tooLarge, refused);
		const page = new PageFetcher(target).fetchUnlessRefused(query, 0, 10, plain);
		await expect(page).rejects.toBe(refused);
	});

	test('fails if its length is not the reason', async () => {
		const { target, requests } = serviceOf(rateLimited);
		const page = new PageFetcher(target).fetchUnlessRefused(query, 0, 10, plain);
		await expect(page).rejects.toBe(rateLimited);
		expect(requests).toHaveLength(1);
	});
});

/** A service that looks up ids, or fails. */
function scopeOf(result: EntryPage['entries'] | Error) {
	const lookups: Array<{ ids: readonly string[]; signal: AbortSignal }> = [];
	const idScope: IdScope = {
		field: 'environments',
		scopeOf: () => 'a',
		lookUp: async (ids, isWanted, signal) => {
			lookups.push({ ids, signal });
			if (result instanceof Error) throw result;
			return await Promise.resolve(result.filter(isWanted));
		},
	};
	return { idScope, lookups };
}

describe('Looking up ids', () => {
	const entries = [{ alert_id: 'a' }, { alert_id: 'b' }];

	test('returns the entries that are wanted', async () => {
		const { idScope, lookups } = scopeOf(entries);
		const fetcher = new PageFetcher(serviceOf().target);
		const found = await fetcher.lookUp(idScope, ['a', 'b'], (each) => each['alert_id'] === 'b');
		expect(found).toEqual([{ alert_id: 'b' }]);
		expect(lookups).toMatchObject([{ ids: ['a', 'b'], signal: { aborted: false } }]);
		expect(fetcher.requestCount).toBe(1);
	});

	test('returns nothing if the service refuses, and the search continues', async () => {
		const { target } = serviceOf(pageOf(1, 1));
		const fetcher = new PageFetcher(target);
		expect(await fetcher.lookUp(scopeOf(tooLarge).idScope, ['a'], () => true)).toBeUndefined();
		expect(await fetcher.fetch(query, 0, 10)).toEqual(pageOf(1, 1));
	});

	test('fails if the service is rate-limiting', async () => {
		const { target, requests } = serviceOf(pageOf(1, 1));
		const fetcher = new PageFetcher(target);
		const found = fetcher.lookUp(scopeOf(rateLimited).idScope, ['a'], () => true);
		await expect(found).rejects.toBe(rateLimited);
		await expect(fetcher.fetch(query, 0, 10)).rejects.toBe(rateLimited);
		expect(requests).toEqual([]);
	});
});

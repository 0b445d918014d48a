import { beforeEach, describe, expect, test } from '@jest/globals';

import {
	deadlineExceeded,
	type IntezerError,
	refusal,
} from '../../../nodes/intezer/http/errors.ts';
import { caseKey } from '../../../nodes/IntezerCases/polling/caseHash.ts';
import { readWindow, type Reading } from '../../../nodes/IntezerCases/polling/window/readWindow.ts';
import { fetchTimedPage } from '../../../nodes/IntezerCases/polling/window/timeWindow.ts';
import { newPart } from '../../../nodes/IntezerCases/polling/window/windowPart.ts';
import type { Position } from '../../../nodes/IntezerCases/polling/window/windowPosition.ts';
import { Scenario } from './scenario.mts';

const NOW = 1_790_000_000;
const SETTLED = NOW - 360;
const FROM = NOW - 4_000;
/** The last second that the time of a case can have: n8n's clock is that of the service here. */
const LAST = NOW + 600;

interface Options {
	position?: Position;
	until?: number;
	maxAtOnce?: number;
	/** How many seconds of time are left when the first page was received. */
	timeLeft?: number;
	isFull?: Reading['isFull'];
}

let scenario: Scenario;
let shortages: string[];
let added: number;

beforeEach(() => {
	scenario = new Scenario();
	shortages = [];
	added = 0;
});

/** Adds this many cases, created at these seconds in turn. */
function add(count: number, ...seconds: number[]): string[] {
	return Array.from({ length: count }, (_, index) => {
		const creation_time = seconds[index % seconds.length] ?? NOW;
		return scenario.add(`${added++}`.padStart(5, '0'), { creation_time, alerts: [] });
	});
}

/** Reads a window from `FROM` on as a poll does; what it read, chunk by chunk. */
async function read(options: Options = {}) {
	const { position = { from: FROM }, until, timeLeft = 45 } = options;
	const budget = {
		now: () => scenario.now * 1000,
		deadline: Infinity,
		onExhausted: ({ kind }: IntezerError) => shortages.push(kind),
	};
	const { from, part } = position;
	const window = {
		payload: {},
		field: 'creation_time' as const,
		from,
		...(until === undefined ? {} : { until }),
	};
	const end = part?.until ?? until;
	const opened = end === undefined ? window : { ...window, until: end };
	const first = await fetchTimedPage(scenario, opened, budget, part?.offset);
	budget.deadline = (scenario.now + timeLeft) * 1000;
	scenario.requests = 0;
	const reading: Reading = {
		service: scenario,
		window,
		first,
		position,
		settled: SETTLED,
		maxAtOnce: options.maxAtOnce ?? 7_000,
		isFull: options.isFull ?? (() => false),
		budget,
	};
	const chunks = [];
	for await (const { cases, ...others } of readWindow(reading)) {
		chunks.push({ ...others, ids: cases.map(caseKey) });
	}
	const ids = chunks.flatMap((chunk) => chunk.ids);
	return { chunks, ids, last: chunks.at(-1), sizes: chunks.map((chunk) => chunk.ids.length) };
}

const distinct = (ids: readonly string[]) => [...new Set(ids)].sort();

describe('A window that fits a page', () => {
	test('is read without another request', async () => {
		const expected = add(99, NOW - 1_000, NOW);
		const { chunks } = await read();
		expect(chunks).toEqual([
			{ until: LAST, position: { from: SETTLED }, isEnd: true, ids: chunks[0]?.ids },
		]);
		expect(distinct(chunks[0]?.ids ?? [])).toEqual(expected);
		expect(scenario.requests).toBe(0);
	});

	test('does not move back to what has settled before', async () => {
		const { last } = await read({ position: { from: NOW - 100 } });
		expect(last?.position).toEqual({ from: NOW - 100 });
	});
});

describe('A window that there is time for', () => {
	test('is read at once', async () => {
		const expected = add(250, NOW - 1_000, NOW);
		const { chunks, sizes } = await read();
		expect(chunks[0]).toMatchObject({ until: LAST, position: { from: SETTLED }, isEnd: true });
		expect(sizes).toEqual([250]);
		expect(distinct(chunks[0]?.ids ?? [])).toEqual(expected);
	});

	test.each([
		['at most as many cases as may be read at once', { maxAtOnce: 250 }, true],
		['more cases than that', { maxAtOnce: 249 }, false],
		['three pages that take a second each, and six seconds', { timeLeft: 6 }, true],
		['three pages that take a second each, and less', { timeLeft: 5.9 }, false],
	])('is one with %s', async (_what, options, isAtOnce) => {
		add(250, NOW - 1_000, NOW);
		scenario.latency = 1;
		const { sizes, last } = await read(options);
		expect(sizes.length === 1).toBe(isAtOnce);
		expect(last?.isEnd).toBe(isAtOnce);
	});

	test('is read page by page if it changes too fast', async () => {
		const old = add(250, NOW - 1_000);
		let isChanging = true;
		scenario.beforeAnswer = ({ payload: { exclude_case_ids: excluded } }) => {
			if (Array.isArray(excluded)) throw refusal(400, { error: 'too long' });
			if (!isChanging) return;
			scenario.cases.remove(old.shift() ?? '');
			add(1, NOW - 1_000);
		};
		const isFull = () => (isChanging = false);
		const { chunks, ids, last } = await read({ isFull });
		expect(chunks[0]).toMatchObject({ isEnd: false });
		expect(chunks[0]?.position).toEqual({ from: FROM, part: newPart(SETTLED), tailOffset: 0 });
		expect(last).toMatchObject({ isEnd: false, position: { from: SETTLED } });
		expect(ids).toEqual(expect.arrayContaining(scenario.cases.all.map(({ case_id }) => case_id)));
	});

	test.each([
		['time', deadlineExceeded()],
		['requests', refusal(429, { error: 'slow down' })],
	])('shows what it could if there is too little %s all the same', async (_what, error) => {
		add(250, NOW - 1_000);
		let refused = 0;
		scenario.beforeAnswer = () => {
			if (scenario.requests < 2) return;
			refused++;
			throw error;
		};
		const { chunks, last, sizes } = await read();
		expect(refused).toBe(1);
		expect(sizes).toEqual([200]);
		expect(chunks).toHaveLength(1);
		expect(last?.isEnd).toBe(false);
		expect(last?.position).toEqual({ from: FROM, part: newPart(SETTLED), tailOffset: 0 });
		expect(shortages).toEqual([error.kind]);
	});

	test('ends the retries of its other requests when one has failed', async () => {
		add(450, NOW - 1_000);
		const searchPage = scenario.searchPage.bind(scenario);
		const signals: Array<AbortSignal | undefined> = [];
		scenario.searchPage = async (query, offset, limit, signal?: AbortSignal) => {
			if (scenario.requests > 0) signals.push(signal);
			return await searchPage(query, offset, limit);
		};
		scenario.beforeAnswer = () => {
			if (scenario.requests === 1) throw deadlineExceeded();
		};
		await read();
		expect(signals.length).toBeGreaterThan(1);
		expect(signals.map((signal) => signal?.aborted)).toEqual(signals.map(() => true));
	});

	test('fails if the service does', async () => {
		add(250, NOW - 1_000);
		const error = refusal(500, { error: 'down' });
		scenario.beforeAnswer = () => {
			if (scenario.requests === 2) throw error;
		};
		await expect(read()).rejects.toBe(error);
		expect(shortages).toEqual([]);
	});
});

describe('A window that there is no time for', () => {
	const slow = { timeLeft: 0 };

	test('is read page by page: first what has settled, then the rest', async () => {
		const settled = add(250, NOW - 1_000, NOW - 900);
		const recent = add(150, NOW);
		const { chunks, sizes, last } = await read(slow);
		expect(sizes).toEqual([100, 100, 50, 100, 50]);
		expect(distinct(chunks.slice(0, 3).flatMap(({ ids }) => ids))).toEqual(settled);
		expect(distinct(chunks.slice(3).flatMap(({ ids }) => ids))).toEqual(recent);
		expect(chunks.map(({ until }) => until)).toEqual([SETTLED, SETTLED, SETTLED, LAST, LAST]);
		expect(chunks.map(({ position: { part, ...others } }) => [part?.offset, others])).toEqual([
			[100, { from: FROM, tailOffset: undefined }],
			[200, { from: FROM, tailOffset: undefined }],
			[undefined, { from: SETTLED, tailOffset: undefined }],
			[undefined, { from: SETTLED, tailOffset: 100 }],
			[undefined, { from: SETTLED }],
		]);
		expect(last?.position).not.toHaveProperty('tailOffset');
		// Whether more came meanwhile is for the next poll.
		expect(chunks.every(({ isEnd }) => !isEnd)).toBe(true);
		expect(scenario.requests).toBe(5);
	});

	test('has no rest if it ends before the present', async () => {
		const settled = add(150, NOW - 1_000);
		add(150, NOW);
		const { ids, last } = await read({ ...slow, until: SETTLED });
		expect(distinct(ids)).toEqual(settled);
		expect(last?.position.from).toBe(SETTLED);
	});

	test('has only a rest if all before was read', async () => {
		const recent = add(150, NOW);
		const { ids, sizes } = await read({ ...slow, position: { from: SETTLED } });
		expect(distinct(ids)).toEqual(recent);
		expect(sizes).toEqual([100, 50]);
	});

	test('is read in one page if what has settled fits', async () => {
		add(40, NOW - 1_000);
		add(150, NOW);
		const { chunks, sizes } = await read(slow);
		expect(sizes).toEqual([40, 100, 50]);
		expect(chunks[0]?.position).toEqual({ from: SETTLED, tailOffset: undefined });
		expect(chunks[0]?.until).toBe(SETTLED);
	});

	test('ends where there is no time left', async () => {
		add(250, NOW - 1_000);
		scenario.beforeAnswer = () => {
			if (scenario.requests === 2) throw deadlineExceeded();
		};
		const { sizes, last } = await read(slow);
		expect(sizes).toEqual([100, 100]);
		expect(last?.position).toMatchObject({ from: FROM, part: { offset: 200 } });
		expect(shortages).toEqual(['deadlineExceeded']);
	});

	test('ends where the poll has no room for more', async () => {
		add(250, NOW - 1_000);
		add(250, NOW);
		for (const [of, most, from, offset] of [
			['any', 0, FROM, undefined],
			['any', 2, FROM, 200],
			['any', 3, SETTLED, undefined],
		] as const) {
			let chunks = 0;
			const isFull = (asked: string) => asked === of && chunks++ >= most;
			const { last, sizes } = await read({ ...slow, isFull });
			expect([of, sizes.length]).toEqual([of, most === 3 ? 6 : most]);
			if (most === 2) expect(last?.position).toMatchObject({ from, part: { offset } });
		}
	});

	test.each([
		[0, [100, 100, 50], undefined],
		[1, [100, 100, 50, 100], 100],
		[2, [100, 100, 50, 100, 100], 200],
	])(
		'ends after %i pages of what is read again, if there is no room',
		async (most, expected, offset) => {
			add(250, NOW - 1_000);
			add(250, NOW);
			let asked = 0;
			const isFull = (of: string) => of === 'unsettled' && asked++ >= most;
			const { sizes, last } = await read({ ...slow, isFull });
			expect(sizes).toEqual(expected);
			expect(last?.position.tailOffset).toBe(offset);
			expect(last?.position.from).toBe(SETTLED);
		},
	);
});

describe('A window that the last poll did not finish', () => {
	test('continues in the part at its page, and then in the rest', async () => {
		const settled = add(250, NOW - 1_000);
		const recent = add(150, NOW);
		const first = await read({ timeLeft: 0, isFull: fullAfter(1) });
		expect(first.sizes).toEqual([100]);
		const position = first.last?.position;
		if (position === undefined) throw new Error('no chunk');
		const second = await read({ position });
		expect(second.sizes).toEqual([100, 50, 100, 50]);
		expect(distinct([...first.ids, ...second.ids])).toEqual([...settled, ...recent]);
		expect(scenario.requests).toBe(3);
	});

	test('continues in the rest at its page', async () => {
		add(250, NOW);
		const { sizes, last, chunks } = await read({ position: { from: SETTLED, tailOffset: 200 } });
		expect(sizes).toEqual([50]);
		expect(last?.position).toEqual({ from: SETTLED });
		expect(chunks[0]?.isEnd).toBe(false);
	});

	test('is read from the first page again if the service refuses the position', async () => {
		scenario.cases.settings.refuseOffsetBeyondEnd = true;
		const expected = add(50, NOW - 1_000);
		const part = { ...newPart(SETTLED), offset: 200, count: 300, added: 200, shown: 'shown.' };
		const { chunks, ids } = await read({ position: { from: FROM, part, tailOffset: 7 } });
		expect(chunks[0]).toEqual({
			ids: [],
			until: SETTLED,
			position: { from: FROM, part: { ...part, offset: 0, added: 0 }, tailOffset: 7 },
			isEnd: false,
		});
		expect(distinct(ids)).toEqual(expected);
		expect(scenario.requests).toBe(1);
	});

	test('continues behind a part that is complete if the service refuses the position', async () => {
		scenario.cases.settings.refuseOffsetBeyondEnd = true;
		add(50, NOW - 2_000);
		const later = add(30, NOW - 500);
		const until = NOW - 1_000;
		const part = { ...newPart(until), offset: 200, count: 1, added: 1, shown: 'shown.' };
		const { chunks, ids } = await read({ position: { from: FROM, part } });
		expect(chunks[0]).toEqual({ ids: [], until, position: { from: until }, isEnd: false });
		expect(distinct(ids)).toEqual(later);
		// The next part, and the rest.
		expect(scenario.requests).toBe(2);
	});

	function fullAfter(most: number): Reading['isFull'] {
		let asked = 0;
		return (of) => of === 'any' && asked++ >= most;
	}
});

describe('A part with too many cases', () => {
	test('is read in shorter parts, the oldest first', async () => {
		const expected = add(6_000, ...Array.from({ length: 1_000 }, (_, index) => FROM + index));
		const { chunks, ids } = await read({ timeLeft: 0 });
		const ends = [...new Set(chunks.map(({ until }) => until))];
		expect(ends.length).toBeGreaterThan(1);
		expect(distinct(ids)).toEqual(expected);
		const sizes = ends.map((end) =>
			chunks.filter(({ until }) => until === end).reduce((sum, chunk) => sum + chunk.ids.length, 0),
		);
		expect(Math.max(...sizes)).toBeLessThanOrEqual(5_000);
	});

	test('is not made shorter than a few seconds', async () => {
		const expected = add(6_000, FROM + 1);
		const { ids, last, chunks } = await read({ timeLeft: 0, until: FROM + 3 });
		expect(distinct(ids)).toEqual(expected);
		expect(chunks.every(({ until }) => until === SETTLED || until === FROM + 3)).toBe(true);
		expect(last?.position.from).toBeGreaterThan(FROM);
	});

	test.each([
		['how many there are', [FROM + 10], 0, SETTLED, SETTLED],
		['a second up to which there are too many', [FROM + 10], 1, FROM + 10, SETTLED - 1],
		['a second up to which there are few', [FROM, ...lastMinute()], 1, FROM, SETTLED - 60],
		['one of each', [FROM + 1_900], 2, FROM, FROM + 1_899],
	])(
		'is shorter for the next poll if there is only time to find %s',
		async (_what, seconds, counts, earliest, latest) => {
			add(60, ...seconds);
			add(60, FROM - 100);
			const searchPage = scenario.searchPage.bind(scenario);
			scenario.searchPage = async (...request) => {
				const page = await searchPage(...request);
				return { ...page, casesCount: 100 * (page.casesCount ?? 0) };
			};
			scenario.beforeAnswer = () => {
				if (scenario.requests > counts) throw deadlineExceeded();
			};
			const { last, sizes } = await read({ timeLeft: 0 });
			expect(sizes).toEqual(Array(counts + 1).fill(0));
			const { part } = last?.position ?? {};
			expect(part).toEqual(newPart(part?.until ?? 0));
			expect(part?.until).toBeGreaterThanOrEqual(earliest);
			expect(part?.until).toBeLessThanOrEqual(latest);
			expect(shortages).toEqual(['deadlineExceeded']);
		},
	);

	function lastMinute(): number[] {
		return Array.from({ length: 50 }, (_, index) => SETTLED - index);
	}
});

describe('A part whose pages do not add up', () => {
	/** The service counts more cases than it shows. */
	function countTooMany(more: number): void {
		const searchPage = scenario.searchPage.bind(scenario);
		scenario.searchPage = async (...request) => {
			const page = await searchPage(...request);
			return { ...page, casesCount: (page.casesCount ?? 0) + more };
		};
	}

	test('is read again, and left to the next poll if that shows nothing new', async () => {
		const expected = add(150, NOW - 1_000);
		countTooMany(1);
		const { sizes, ids, last } = await read({ timeLeft: 0 });
		expect(distinct(ids)).toEqual(expected);
		expect(sizes).toEqual([100, 50, 0, 100, 50, 0]);
		expect(last?.position).toMatchObject({ from: FROM, part: { offset: 0, repeats: 1 } });
	});

	test('is complete as soon as a page shows what was missing', async () => {
		const expected = add(150, NOW - 1_000);
		let hidden: string | undefined = expected[20];
		const searchPage = scenario.searchPage.bind(scenario);
		scenario.searchPage = async (...request) => {
			const page = await searchPage(...request);
			const cases = page.cases.filter(({ case_id }) => case_id !== hidden);
			if (scenario.requests === 3) hidden = undefined;
			return { ...page, cases };
		};
		const { ids, last } = await read({ timeLeft: 0 });
		expect(distinct(ids)).toEqual(expected);
		expect(last?.position).toMatchObject({ from: SETTLED });
	});
});

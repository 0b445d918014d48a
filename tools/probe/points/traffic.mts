import type { Context, Findings } from '../context.mts';
import { unknown, type Finding } from '../finding.mts';
import { numberOf, type ProbeResponse } from '../httpProbe.mts';

const QUOTA_HEADERS = [
	'retry-after',
	'ratelimit',
	'ratelimit-limit',
	'ratelimit-policy',
	'ratelimit-remaining',
	'ratelimit-reset',
	'x-ratelimit-limit',
	'x-ratelimit-remaining',
	'x-ratelimit-reset',
];
const MINUTE = 60;
/** Clocks that differ less than this count as equal, in seconds. */
const CLOCK_PRECISION = 10;

/** Latency classes: the upper bound of the median and what the simulator takes for it, in milliseconds. */
const LATENCIES = [
	{ below: 500, value: 'below 0.5 s', latencyMs: 0 },
	{ below: 2000, value: '0.5 to 2 s', latencyMs: 1000 },
	{ below: 8000, value: '2 to 8 s', latencyMs: 4000 },
	{ below: Infinity, value: 'above 8 s', latencyMs: 10_000 },
];

/** Reads latency, clock and limits from the responses so far. */
export function learnTraffic({ search }: Context): Promise<Findings> {
	const { responses } = search.http;
	return Promise.resolve({
		latency: latency(responses),
		clock: clockDifference(responses),
		quota: quota(responses),
	});
}

function latency(responses: readonly ProbeResponse[]): Finding {
	const sorted = responses.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
	const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
	const group = LATENCIES.find(({ below }) => median < below);
	return { value: group?.value ?? '', settings: { latencyMs: group?.latencyMs ?? 0 } };
}

function clockDifference(responses: readonly ProbeResponse[]): Finding {
	const differences = responses.flatMap(({ headers, sentAt }) => {
		const date = Date.parse(headers.get('date') ?? '');
		return Number.isNaN(date) ? [] : [date / 1000 - sentAt];
	});
	if (differences.length === 0) return { value: 'no Date header', settings: { noDate: true } };
	const middle = differences.sort((a, b) => a - b)[Math.floor(differences.length / 2)] ?? 0;
	// Adding 0 turns -0 into 0.
	const dateSkewSeconds = Math.round(middle / CLOCK_PRECISION) * CLOCK_PRECISION + 0;
	const direction = dateSkewSeconds > 0 ? 'ahead' : 'behind';
	return {
		value:
			dateSkewSeconds === 0
				? 'agrees with this computer'
				: `about ${Math.abs(dateSkewSeconds)} s ${direction}`,
		settings: { dateSkewSeconds },
	};
}

function quota(responses: readonly ProbeResponse[]): Finding {
	const names = QUOTA_HEADERS.filter((name) => responses.some(({ headers }) => headers.has(name)));
	if (names.length === 0) {
		return unknown('no response tells, and the probe does not try how much is accepted');
	}
	const limits = responses.map(({ headers }) => numberOf(headers, 'x-ratelimit-limit'));
	const limit = limits.find((value) => value !== undefined);
	const longest = Math.max(
		...responses.map(
			({ headers, sentAt }) => (numberOf(headers, 'x-ratelimit-reset') ?? 0) - sentAt,
		),
	);
	if (limit === undefined || longest > MINUTE + CLOCK_PRECISION) {
		return { value: `headers ${names.join(', ')}` };
	}
	return {
		value: `${limit} requests a minute`,
		detail: `headers ${names.join(', ')}`,
		settings: { requestsPerMinute: limit, quotaHeaders: 'rateLimit' },
	};
}

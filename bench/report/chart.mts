import { init, type EChartsOption } from 'echarts';

import { count, seconds } from '../formats.mts';
import { CONTENDERS, median, type ContenderId, type Measurements } from '../measurement.mts';
import type { Plan } from '../plan.mts';

// Dark text on a white background: legible in a light and in a dark theme.
const INK = '#1f2328';
const GRID = '#d1d9e0';
const COLORS: Record<ContenderId, string> = {
	floor: '#818b98',
	minimal: '#bc4c00',
	intezerCases: '#0969da',
	intezerCasesInN8n: '#54aeff',
	intezerCasesAtFive: '#1a7f37',
	intezerCasesAtFiveInN8n: '#4ac26b',
	sequential: '#bf8700',
	declarative: '#cf222e',
	httpRequestInN8n: '#8250df',
};
const SHORT_NAMES: Record<ContenderId, string> = {
	floor: 'Floor (plain Node, 5 at once)',
	minimal: 'Only requests, 5 at once, n8n engine',
	intezerCases: 'Intezer Cases, n8n engine',
	intezerCasesInN8n: 'Intezer Cases, real n8n',
	intezerCasesAtFive: 'Intezer Cases, 5 at once, n8n engine',
	intezerCasesAtFiveInN8n: 'Intezer Cases, 5 at once, real n8n',
	sequential: 'One request after the other',
	declarative: 'Declarative node, n8n engine',
	httpRequestInN8n: 'HTTP Request, real n8n',
};

/** The times as an SVG: a bar for each contender, and how the cost grows with the history. */
export function chart(all: Measurements, plan: Plan): string {
	const drawn = init(null, null, { renderer: 'svg', ssr: true, width: 1040, height: 440 });
	drawn.setOption(optionsOf(all, plan));
	const svg = drawn.renderToSVGString();
	drawn.dispose();
	return `${svg}\n`;
}

function optionsOf(all: Measurements, { small, medium, large, latencyMs }: Plan): EChartsOption {
	const ids = (Object.keys(CONTENDERS) as ContenderId[]).filter((id) =>
		all.of(id, 'search', medium.cases),
	);
	const timesOf = (id: ContenderId, size: number) => all.of(id, 'search', size)?.seconds ?? [];
	const sizes = [small.cases, medium.cases, large.cases];
	const text = { color: INK, fontSize: 13 };
	const axis = {
		axisLabel: text,
		axisLine: { lineStyle: { color: GRID } },
		splitLine: { lineStyle: { color: GRID } },
	};
	const title = (words: string, left: number) => ({
		text: words,
		left,
		top: 14,
		textStyle: { ...text, fontSize: 15 },
	});
	return {
		animation: false,
		backgroundColor: '#ffffff',
		title: [
			title(`${count(medium.cases)} cases, ${latencyMs} ms per response: seconds`, 20),
			title('Seconds by size of the history (✕: failed)', 600),
		],
		grid: [
			{ left: 250, top: 60, width: 290, bottom: 60 },
			{ left: 640, top: 60, width: 340, bottom: 60 },
		],
		xAxis: [
			{ ...axis, type: 'value', gridIndex: 0 },
			{ ...axis, type: 'log', gridIndex: 1, name: 'cases', nameTextStyle: text },
		],
		yAxis: [
			{
				...axis,
				type: 'category',
				gridIndex: 0,
				inverse: true,
				data: ids.map((id) => SHORT_NAMES[id]),
			},
			{ ...axis, type: 'log', gridIndex: 1 },
		],
		series: [
			{
				type: 'bar',
				xAxisIndex: 0,
				yAxisIndex: 0,
				label: {
					show: true,
					position: 'right',
					...text,
					formatter: ({ dataIndex }) => {
						const id = ids[dataIndex];
						return id === undefined ? '' : seconds(timesOf(id, medium.cases));
					},
				},
				data: ids.map((id) => ({
					value: median(timesOf(id, medium.cases)),
					itemStyle: { color: COLORS[id] },
				})),
			},
			...ids.map((id) => ({
				type: 'line' as const,
				name: SHORT_NAMES[id],
				xAxisIndex: 1,
				yAxisIndex: 1,
				symbolSize: 9,
				lineStyle: { color: COLORS[id], width: 2 },
				itemStyle: { color: COLORS[id] },
				data: sizes.flatMap((size) => {
					const measured = all.of(id, 'search', size);
					if (measured === undefined || measured.seconds.length === 0) return [];
					// A cross marks a failed run.
					const symbol = measured.failure === undefined ? 'circle' : CROSS;
					const symbolSize = measured.failure === undefined ? 8 : 14;
					return [{ value: [size, median(measured.seconds)], symbol, symbolSize }];
				}),
			})),
		],
	};
}

const CROSS = 'path://M2 0L8 6L14 0L16 2L10 8L16 14L14 16L8 10L2 16L0 14L6 8L0 2Z';

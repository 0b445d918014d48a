import { defineConfig } from 'vitest/config';

// The engine tests run what `npm run build` made: the package as n8n loads it.
export default defineConfig({
	test: {
		projects: [
			{ test: { name: 'unit', include: ['test/unit/**/*.test.mts'], testTimeout: 60_000 } },
			{
				test: {
					name: 'engine',
					include: ['test/engine/**/*.test.mts'],
					testTimeout: 30_000,
					hookTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'package',
					include: ['test/package/**/*.test.mts'],
					testTimeout: 600_000,
					hookTimeout: 600_000,
				},
			},
			{
				test: {
					name: 'e2e',
					include: ['test/e2e/**/*.test.mts'],
					globalSetup: ['test/e2e/packOnce.mts'],
					testTimeout: 300_000,
					// The first run fetches n8n itself.
					hookTimeout: 1_200_000,
				},
			},
			{
				test: {
					name: 'examples',
					include: ['test/examples/**/*.test.mts'],
					globalSetup: ['test/e2e/packOnce.mts'],
					testTimeout: 120_000,
					// The first run fetches n8n itself.
					hookTimeout: 1_200_000,
				},
			},
			{
				test: {
					name: 'browser',
					include: ['test/browser/**/*.test.mts'],
					globalSetup: 'test/browser/n8nForAll.mts',
					// One page after the other: a browser and n8n keep two cores busy.
					fileParallelism: false,
					testTimeout: 600_000,
					hookTimeout: 600_000,
				},
			},
			{
				test: {
					name: 'queue',
					include: ['test/queue/**/*.test.mts'],
					globalSetup: ['test/queue/setUp.mts'],
					testTimeout: 360_000,
					hookTimeout: 1_200_000,
				},
			},
		],
	},
});

/** By hand: `RUNS_TIMES=50 npm run jest -- unit` tries fifty times as many random inputs. */
const TIMES = Number(process.env['RUNS_TIMES'] ?? 1);

/** The number of random inputs for a property whose suite tries this many. */
export function runs(usually: number): number {
	return Math.ceil(usually * TIMES);
}

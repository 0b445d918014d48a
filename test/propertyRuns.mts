/** By hand: `RUNS_TIMES=50 npm run jest -- unit` tries fifty times as many random inputs. */
const TIMES = Number(process.env['RUNS_TIMES'] ?? 1);

/** With how many random inputs to try a property, if the suite tries so many. */
export function runs(usually: number): number {
	return Math.ceil(usually * TIMES);
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collects everything that nothing refers to, also what is found to be unused only after something else was. */
export async function collectGarbage(): Promise<void> {
	for (let round = 0; round < 5; round++) {
		await nextTurn();
		collect();
	}
}

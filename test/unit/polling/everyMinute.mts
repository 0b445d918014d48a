import { expect } from '@jest/globals';

import { ids, type Trigger } from './scenario.mts';

/** Polls as n8n does every minute, however long a poll takes. */
export async function pollEveryMinute(trigger: Trigger, polls: number): Promise<void> {
	for (let count = 0; count < polls; count++) {
		const startedAt = trigger.scenario.now;
		await trigger.poll();
		trigger.scenario.advance(60 - (trigger.scenario.now - startedAt));
	}
}

/** All polls together sent each of these cases once, and nothing else. */
export function expectOnceEach(trigger: Trigger, expected: readonly string[]): void {
	expect(ids(trigger.emitted).sort()).toEqual([...expected].sort());
	expect(trigger.largestState).toBeLessThan(200_000);
}

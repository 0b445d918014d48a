import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Places } from '../../../nodes/n8n/operations/places.ts';

describe('Places for items in parallel', () => {
	test('an item that paused gets its place back before a new item starts', async () => {
		const places = new Places(1);
		const order: string[] = [];
		await places.take();
		const first = places
			.releaseDuring(async () => {
				await turns(1);
			})
			.then(() => order.push('first returns'));
		await places.take();
		const third = places.take().then(() => order.push('third starts'));
		await turns(5);
		expect(order).toEqual([]);
		places.release();
		await first;
		places.release();
		await third;
		expect(order).toEqual(['first returns', 'third starts']);
	});

	test('an item gets its place back even if its pause fails', async () => {
		const places = new Places(1);
		await places.take();
		const failing = places.releaseDuring(() => Promise.reject(new Error('canceled')));
		await places.take();
		places.release();
		await expect(failing).rejects.toThrow('canceled');
		places.release();
		await places.take();
	});

	test('all items end, and never more than allowed run at once, whatever their pauses', async () => {
		const pauses = fc.array(fc.array(fc.nat({ max: 5 }), { maxLength: 4 }), { maxLength: 30 });
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 1, max: 5 }), pauses, async (most, items) => {
				const places = new Places(most);
				let running = 0;
				let peak = 0;
				const work = async () => {
					peak = Math.max(peak, ++running);
					await turns(2);
					running--;
				};
				const ended = items.map(async (waits) => {
					await places.take();
					await work();
					for (const wait of waits) {
						await places.releaseDuring(async () => {
							await turns(wait);
						});
						await work();
					}
					places.release();
				});
				await Promise.all(ended);
				expect(peak).toBe(Math.min(most, items.length));
			}),
		);
	});
});

/** Waits for some turns of the queue of microtasks. */
async function turns(count: number): Promise<void> {
	for (let turn = 0; turn < count; turn++) await Promise.resolve();
}

import { afterAll, afterEach, beforeAll, beforeEach, jest } from '@jest/globals';

import { intezerApi } from '../../../tools/n8nEngine/engine.mts';
import { StoredCredential } from '../../../tools/n8nEngine/storedCredential.mts';
import { startSimulator, type Simulator } from '../../../tools/simulator/simulator.mts';
import { fakeOnly } from '../../fakeTimers.mts';
import type { Activation } from './host.mts';

/** What the tests of the trigger in n8n's engine share: a simulated Intezer, and a credential for it. */
export interface TriggerService {
	readonly simulator: Simulator;
	readonly credential: StoredCredential;
}

/** Starts the service before the tests of a file, and resets it between them. */
export function useTriggerService(): TriggerService {
	let service: TriggerService | undefined;
	const started = (): TriggerService => {
		if (service === undefined) throw new Error('the service is started before the tests');
		return service;
	};
	beforeAll(async () => {
		fakeOnly('Date');
		const simulator = await startSimulator({ cases: 500, tokenLifetimeSeconds: 1e9 });
		const { apiKey, url: baseUrl } = simulator;
		const credential = new StoredCredential(intezerApi, { apiKey, region: 'custom', baseUrl });
		service = { simulator, credential };
	});
	beforeEach(() => {
		minutes(30);
		started().simulator.forgetRequests();
	});
	afterEach(() => {
		started().simulator.clearFaults();
		started().simulator.beforeAnswer(undefined);
		started().simulator.timeFormat = 'seconds';
	});
	afterAll(async () => {
		await started().simulator.close();
		jest.useRealTimers();
	});
	return {
		get simulator() {
			return started().simulator;
		},
		get credential() {
			return started().credential;
		},
	};
}

/** Moves the clock of n8n and the service. */
export function minutes(count: number): void {
	jest.setSystemTime(Date.now() + count * 60_000);
}

/** The error of a promise; undefined if it has none. */
export async function failure(
	running: Promise<unknown>,
): Promise<(Error & { description?: string }) | undefined> {
	return await running.then(
		() => undefined,
		(error: unknown) => error as Error & { description?: string },
	);
}

/** Records what a trigger logs, except what it logs for debugging. */
export function recordWarnings(): {
	warn: jest.Mock<(text: string, meta?: unknown) => void>;
	onContext: NonNullable<Activation['onContext']>;
} {
	const warn = jest.fn<(text: string, meta?: unknown) => void>();
	const logger = { warn, error: warn, info: warn, debug: () => undefined };
	return {
		warn,
		onContext: (context) => {
			Object.defineProperty(context, 'logger', { value: logger });
		},
	};
}

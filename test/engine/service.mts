import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach } from '@jest/globals';

import {
	startSimulator,
	type Simulator,
	type SimulatorOptions,
} from '../../tools/simulator/simulator.mts';
import { StoredCredential } from '../../tools/n8nEngine/storedCredential.mts';
import { intezerApi } from '../../tools/n8nEngine/engine.mts';

/** Tests in one file. */
const MOST_TESTS = 500;

/** A credential for a simulated Intezer, without a token. */
export function credentialOf(
	simulator: Simulator,
	data: Record<string, string> = {},
): StoredCredential {
	const { apiKey, url: baseUrl } = simulator;
	return new StoredCredential(intezerApi, { apiKey, region: 'custom', baseUrl, ...data });
}

/** The service and the credential that the tests of a file use. */
export interface SimulatedIntezer {
	simulator: Simulator;
	/** The key of this test. */
	apiKey: string;
	/** A new one for each test, without a token. */
	credential: StoredCredential;
}

/**
 * Starts a simulated Intezer for all tests of a file. Each test begins without faults, latency or recorded requests, and
 * with a key of its own: what the process learns about the limits of a key stays.
 */
export function simulatedIntezer(options: SimulatorOptions): SimulatedIntezer {
	const service = {} as SimulatedIntezer;
	const keys = Array.from({ length: MOST_TESTS }, () => randomUUID());
	beforeAll(async () => {
		service.simulator = await startSimulator({
			...options,
			apiKeys: [...(options.apiKeys ?? []), ...keys],
		});
	});
	afterAll(async () => {
		await service.simulator.close();
	});
	beforeEach(() => {
		const { simulator } = service;
		simulator.clearFaults();
		simulator.beforeAnswer(undefined);
		simulator.latencyMs = 0;
		simulator.pageCap = undefined;
		simulator.forgetRequests();
		simulator.inFlight.peak = 0;
		service.apiKey = keys.pop() ?? '';
		service.credential = credentialOf(simulator, { apiKey: service.apiKey });
	});
	return service;
}

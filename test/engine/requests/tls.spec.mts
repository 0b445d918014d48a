import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { runNode, type NodeOutcome } from '../../../tools/n8nEngine/engine.mts';
import { selfSigned } from './selfSigned.mts';
import { withoutWaiting } from '../time.mts';

describe('A service with a self-signed certificate', () => {
	let server: Server;
	/** The paths of the requests. */
	let requested: string[];

	beforeAll(async () => {
		server = createServer(selfSigned(), (request, response) => {
			requested.push(request.url ?? '');
			const isExchange = request.url?.endsWith('/get-access-token') ?? false;
			const result = isExchange ? 'token' : { cases_count: 0, cases: [] };
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ result }));
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
	});
	afterAll(() => {
		server.closeAllConnections();
		server.close();
	});
	beforeEach(() => {
		requested = [];
	});

	test('gets neither the key nor a token', async () => {
		const { error } = await search({});
		expect(error?.message).toBe('Could not connect to Intezer');
		expect(error?.description).toMatch(/self-signed certificate/);
		expect(requested).toEqual([]);
	});

	test('is trusted only with Ignore SSL Issues', async () => {
		const { error } = await search({ ignoreSslIssues: true });
		expect(error).toBeUndefined();
		expect(requested).toContain('/api/v2-0/get-access-token');
		expect(requested).toContain('/api/v2-0/cases/search');
	});

	async function search(choice: { ignoreSslIssues?: boolean }): Promise<NodeOutcome> {
		const { port } = server.address() as AddressInfo;
		return await withoutWaiting(() =>
			runNode({
				parameters: { resource: 'case', operation: 'search', returnAll: true },
				credential: {
					apiKey: '00000000-0000-4000-8000-000000000001',
					region: 'custom',
					baseUrl: `https://localhost:${port}`,
					...choice,
				},
			}),
		);
	}
});

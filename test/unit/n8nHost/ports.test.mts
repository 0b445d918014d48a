import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { freePort } from '../../../tools/n8nHost/ports.mts';

const LINUX_RANGE = '/proc/sys/net/ipv4/ip_local_port_range';

describe('A port for n8n or a server that takes seconds to listen', () => {
	test('is one that the operating system does not assign to others in the meantime', async () => {
		const firstEphemeral = existsSync(LINUX_RANGE)
			? Number(readFileSync(LINUX_RANGE, 'utf8').trim().split(/\s+/)[0])
			: 49_152;
		// If ephemeral ports start lower, too few would be left.
		const bound = Math.max(firstEphemeral, 20_000);
		for (let count = 0; count < 50; count++) expect(await freePort()).toBeLessThan(bound);
	});

	test('is returned once', async () => {
		const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
		expect(new Set(ports).size).toBe(50);
	});

	test('is free', async () => {
		const server = createServer().listen(await freePort(), '127.0.0.1');
		await once(server, 'listening');
		server.close();
	});
});

// One n8n for all files of these tests: to start one takes longer than most of them.
import type { TestProject } from 'vitest/node';
import { createInstance } from '../../tools/n8nHost/instance.mts';
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import { packPackage } from '../../tools/n8nHost/package.mts';
import type { N8nLogin } from '../../tools/n8nHost/session.mts';
import { chromiumPath } from './chromium.mts';

/** The n8n that runs, and who may log in. */
export interface ProvidedN8n extends N8nLogin {
	readonly url: string;
}

declare module 'vitest' {
	export interface ProvidedContext {
		n8n: ProvidedN8n;
	}
}

/** Starts n8n with our package for the whole run. Returns how to stop it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
	// Before minutes go into the rest.
	chromiumPath();
	const install = await ensureN8n(undefined, (line) => {
		console.log(line);
	});
	const instance = await createInstance(install, await packPackage());
	const n8n = await instance.start();
	project.provide('n8n', { url: n8n.url, email: n8n.email, password: n8n.password });
	return async () => {
		await n8n.stop();
		await instance.remove();
	};
}

// Runs once before all e2e tests: they share one package and one n8n in the cache.
import type { TestProject } from 'vitest/node';
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import { packPackage } from '../../tools/n8nHost/package.mts';

declare module 'vitest' {
	export interface ProvidedContext {
		/** The path of the packed package. */
		tarball: string;
	}
}

export default async function packOnce(project: TestProject): Promise<void> {
	await ensureN8n(undefined, (line) => {
		console.log(line);
	});
	project.provide('tarball', await packPackage());
}

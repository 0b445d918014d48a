import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { atExit } from './atExit.mts';

// Removing a folder fails while a killed process still writes to it.
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

/** A folder, and how to remove it. */
export interface TemporaryFolder {
	readonly path: string;
	remove(): Promise<void>;
}

/** Creates a folder, which is removed when this process exits, if not before. */
export async function temporaryFolder(prefix: string): Promise<TemporaryFolder> {
	const path = await mkdtemp(join(await realpath(tmpdir()), prefix));
	return { path, remove: removeAtExit(path) };
}

/** Removes a folder when this process exits. Returns a function that removes it earlier. */
export function removeAtExit(path: string): () => Promise<void> {
	const cancel = atExit(() => {
		rmSync(path, removal);
	});
	return async () => {
		await rm(path, removal);
		cancel();
	};
}

/** The cache of fetched n8n versions: N8N_NODES_INTEZER_CACHE, or a folder in the user's cache. */
export function cacheFolder(): string {
	return (
		process.env['N8N_NODES_INTEZER_CACHE'] ?? envPaths('n8n-nodes-intezer', { suffix: '' }).cache
	);
}

import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { atExit } from './atExit.mts';

// A folder cannot be removed in the instant in which a killed process still writes to it.
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

/** A folder for as long as it is needed. */
export interface TemporaryFolder {
	readonly path: string;
	remove(): Promise<void>;
}

/** A new folder of this process; removed at its exit, if it was not before. */
export async function temporaryFolder(prefix: string): Promise<TemporaryFolder> {
	const path = await mkdtemp(join(await realpath(tmpdir()), prefix));
	return { path, remove: removeAtExit(path) };
}

/** Removes a folder when this process exits. Returns how to remove it earlier. */
export function removeAtExit(path: string): () => Promise<void> {
	const cancel = atExit(() => {
		rmSync(path, removal);
	});
	return async () => {
		await rm(path, removal);
		cancel();
	};
}

/** Where fetched software is kept between runs: N8N_NODES_INTEZER_CACHE, or the user's own. */
export function cacheFolder(): string {
	return (
		process.env['N8N_NODES_INTEZER_CACHE'] ?? envPaths('n8n-nodes-intezer', { suffix: '' }).cache
	);
}

import { access, mkdir, rename, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeAtExit } from './folders.mts';

const HEARTBEAT_MS = 2_000;
/** A builder that has been silent for so long is dead. */
const STALE_MS = 30_000;

/**
 * Makes `folder` by `build`, once for all processes that want it. It is built under another name
 * and renamed when whole, so that a folder of this name is always whole. While another process
 * builds it, this waits, after one call of `onWait`.
 */
export async function buildOnce(
	folder: string,
	build: (building: string) => Promise<void>,
	onWait: () => void,
): Promise<void> {
	await mkdir(dirname(folder), { recursive: true });
	// Whoever makes this folder builds; the time on it is the builder's sign of life.
	const building = `${folder}.building`;
	let waits = false;
	while (!(await exists(folder))) {
		if (await claim(building)) {
			await buildAs(building, folder, build);
			return;
		}
		await discardIfStale(building);
		if (!waits) onWait();
		waits = true;
		await sleep(1_000);
	}
}

async function buildAs(
	building: string,
	folder: string,
	build: (building: string) => Promise<void>,
): Promise<void> {
	const remove = removeAtExit(building);
	const heartbeat = setInterval(() => {
		const now = new Date();
		utimes(building, now, now).catch(() => undefined);
	}, HEARTBEAT_MS);
	try {
		await build(building);
		await rename(building, folder);
	} catch (error) {
		// If another one came first after all, theirs is as good as ours.
		if (!(await exists(folder))) throw error;
	} finally {
		clearInterval(heartbeat);
		await remove();
	}
}

/** Whether this process is the one that made the folder. */
async function claim(building: string): Promise<boolean> {
	try {
		await mkdir(building);
		return true;
	} catch (error) {
		if (await exists(building)) return false;
		throw error;
	}
}

async function discardIfStale(building: string): Promise<void> {
	try {
		const { mtimeMs } = await stat(building);
		if (Date.now() - mtimeMs < STALE_MS) return;
		// Only one process gets hold of it by a rename; the others start over.
		const discarded = `${building}.${process.pid}`;
		await rename(building, discarded);
		await removeAtExit(discarded)();
	} catch {
		// Another process was quicker.
	}
}

async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}

import { access, mkdir, rename, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeAtExit } from './folders.mts';

const HEARTBEAT_MS = 2_000;
/** A builder without a heartbeat for this long has died. */
const STALE_MS = 30_000;

/**
 * Creates `folder` with `build`, once for all processes. It is built under another name and renamed
 * when complete, so a folder of this name is always complete. While another process builds it, this
 * one waits, after calling `onWait` once.
 */
export async function buildOnce(
	folder: string,
	build: (building: string) => Promise<void>,
	onWait: () => void,
): Promise<void> {
	await mkdir(dirname(folder), { recursive: true });
	// The process that creates this folder is the builder. Its modification time is the builder's heartbeat.
	const building = `${folder}.building`;
	let isWaiting = false;
	while (!(await exists(folder))) {
		if (await claim(building)) {
			await buildAs(building, folder, build);
			return;
		}
		await discardIfStale(building);
		if (!isWaiting) onWait();
		isWaiting = true;
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
		// Another process may have finished first: its folder is as good as this one.
		if (!(await exists(folder))) throw error;
	} finally {
		clearInterval(heartbeat);
		await remove();
	}
}

/** Whether this process created the folder. */
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
		// The rename succeeds in one process only; the others start over.
		const discarded = `${building}.${process.pid}`;
		await rename(building, discarded);
		await removeAtExit(discarded)();
	} catch {
		// Another process discarded it first.
	}
}

async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}

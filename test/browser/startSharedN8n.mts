// One n8n for all files of these tests, because starting one takes longer than most of them.
import { createInstance } from '../../tools/n8nHost/instance.mts';
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import { packPackage } from '../../tools/n8nHost/packPackage.mts';
import { chromiumPath } from './chromium.mts';
import { SHARED_N8N_VARIABLE, type SharedN8n } from './sharedN8n.mts';

let tearDown: (() => Promise<void>) | undefined;

/** Starts n8n with our package for the whole run. */
export async function startSharedN8n(): Promise<void> {
	// Fails before the rest takes minutes.
	chromiumPath();
	const install = await ensureN8n(undefined, (line) => {
		console.log(line);
	});
	const instance = await createInstance(install, await packPackage());
	const n8n = await instance.start();
	tearDown = async () => {
		await n8n.stop();
		await instance.remove();
	};
	const { url, email, password } = n8n;
	process.env[SHARED_N8N_VARIABLE] = JSON.stringify({ url, email, password } satisfies SharedN8n);
}

export async function stopSharedN8n(): Promise<void> {
	await tearDown?.();
}

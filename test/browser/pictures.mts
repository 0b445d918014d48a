// What `npm run pictures` runs: takes the README's pictures again, with the simulator's cases.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { HostError } from '../../tools/n8nHost/hostError.mts';
import { createInstance } from '../../tools/n8nHost/instance.mts';
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import { packPackage } from '../../tools/n8nHost/packPackage.mts';
import { startSimulator } from '../../tools/simulator/simulator.mts';
import { chromiumPath } from './chromium.mts';
import { takePictures } from './takePictures.mts';

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));

try {
	chromiumPath();
	const install = await ensureN8n(undefined, (line) => {
		process.stdout.write(`${line}\n`);
	});
	const simulator = await startSimulator();
	// Links as users see them, not to this machine.
	for (const { case_id, modification_time } of simulator.cases.all) {
		const intezer_case_url = `https://analyze.intezer.com/cases/${case_id}`;
		simulator.cases.update(case_id, { modification_time, intezer_case_url });
	}
	for (const alert of simulator.alerts.all) {
		const { alert_id, alert_update_time } = alert;
		const intezer_alert_url = `https://analyze.intezer.com/alerts/${alert_id}`;
		simulator.alerts.update(alert, { alert_update_time, onTheWire: { intezer_alert_url } });
	}
	const instance = await createInstance(install, await packPackage());
	const n8n = await instance.start();
	await mkdir(FOLDER, { recursive: true });
	await takePictures(n8n, simulator, FOLDER);
	await n8n.stop();
	process.exit(0);
} catch (error) {
	if (!(error instanceof HostError)) throw error;
	process.stderr.write(`${error.message}\n`);
	process.exit(1);
}

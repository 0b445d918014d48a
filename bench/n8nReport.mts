// Loaded into a real n8n before anything else: at its end it writes down what its process used.
import { writeFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector';

import { peakMemory } from './memory.mts';

/** What is known of an n8n that has ended. */
export interface N8nReport {
	/** In bytes. */
	readonly peakMemory: number;
	/** Of the whole process, where it was asked for. */
	readonly profile?: Profiler.Profile;
	/** The Unix time, in microseconds, when the profile's clock was at 0. */
	readonly profileEpoch: number;
}

const { BENCH_REPORT: path, BENCH_PROFILE: profiled } = process.env;
const session = profiled === undefined ? undefined : startProfile();

process.once('exit', () => {
	if (path === undefined) return;
	const profileEpoch = Date.now() * 1000 - Number(process.hrtime.bigint() / 1000n);
	const report: N8nReport = { peakMemory: peakMemory(), profileEpoch };
	if (session === undefined) writeFileSync(path, JSON.stringify(report));
	// An inspector on its own thread answers at once, before the process is gone.
	session?.post('Profiler.stop', (error, { profile }) => {
		if (error === null) writeFileSync(path, JSON.stringify({ ...report, profile }));
	});
});

function startProfile(): Session {
	const started = new Session();
	started.connect();
	started.post('Profiler.enable');
	started.post('Profiler.setSamplingInterval', { interval: 500 });
	started.post('Profiler.start');
	return started;
}

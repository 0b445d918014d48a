// Preloaded into a real n8n: when that exits, it writes a report of its memory and CPU time.
import { writeFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector';

import { peakMemory } from './memory.mts';

/** Resource usage of an n8n process that has ended. */
export interface N8nUsage {
	/** Peak resident set, in bytes. */
	readonly peakMemory: number;
	/** CPU profile of the whole process, if BENCH_PROFILE was set. */
	readonly profile?: Profiler.Profile;
	/** Unix time in microseconds at 0 on the profile's clock. */
	readonly profileEpoch: number;
}

const { BENCH_REPORT: path, BENCH_PROFILE: profiled } = process.env;
const session = profiled === undefined ? undefined : startProfile();

process.once('exit', () => {
	if (path === undefined) return;
	const profileEpoch = Date.now() * 1000 - Number(process.hrtime.bigint() / 1000n);
	const report: N8nUsage = { peakMemory: peakMemory(), profileEpoch };
	if (session === undefined) writeFileSync(path, JSON.stringify(report));
	// The inspector of this thread calls back synchronously, before the process is gone.
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

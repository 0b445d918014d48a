import { readFileSync } from 'node:fs';

/** The peak resident set of this process so far, in bytes. */
export function peakMemory(): number {
	return highWaterMark() ?? process.resourceUsage().maxRSS * 1024;
}

/** On Linux `maxRSS` includes the size of the parent at the fork; the kernel's high-water mark does not. */
function highWaterMark(): number | undefined {
	if (process.platform !== 'linux') return undefined;
	const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
	return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

import { readFileSync } from 'node:fs';

/** The most memory that this process has held so far, in bytes of resident set. */
export function peakMemory(): number {
	return highWaterMark() ?? process.resourceUsage().maxRSS * 1024;
}

/** On Linux `maxRSS` begins at the size of the parent that forked; the kernel's own mark does not. */
function highWaterMark(): number | undefined {
	if (process.platform !== 'linux') return undefined;
	const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
	return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

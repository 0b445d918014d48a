import { existsSync } from 'node:fs';
import { chromium, selectors, type Browser } from 'playwright-core';
import { HostError } from '../../tools/n8nHost/hostError.mts';

/** The path of the browser to use; without it, the usual places are searched. */
const VARIABLE = 'N8N_NODES_INTEZER_CHROMIUM';

const USUAL_PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/snap/bin/chromium',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** The path of Chromium on this machine. Fails with a HostError that says how to install it. */
export function chromiumPath(): string {
	const named = process.env[VARIABLE];
	const found = (named === undefined ? USUAL_PLACES : [named]).find((path) => existsSync(path));
	if (found !== undefined) return found;
	const what =
		named === undefined ? 'Chromium is not installed' : `There is no Chromium at ${named}`;
	throw new HostError(
		`${what}: install it (on Debian: apt-get install chromium), or set ${VARIABLE} to where it is.`,
	);
}

/** Starts Chromium without a window. */
export function launchChromium(): Promise<Browser> {
	// The attribute that n8n's own tests use to find elements.
	selectors.setTestIdAttribute('data-test-id');
	return chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
}

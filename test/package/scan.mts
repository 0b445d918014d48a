import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

/**
 * Checks a folder as n8n checks community packages, as far as that runs offline: `scan.mts sources|published FOLDER`.
 * A process of its own, since the checker's rules give other results if NODE_ENV says that a test runs.
 */
const [what, folder = '.'] = process.argv.slice(2);
const patterns = what === 'sources' ? SOURCE_FILE_PATTERNS : ['**/*.js', 'package.json'];
const { passed, message, details } = await analyzePackage(folder, patterns);
console.log(passed ? 'passed' : `${message ?? 'failed'}\n${details ?? ''}`);
process.exitCode = passed ? 0 : 1;

import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

/**
 * Checks a folder as n8n checks community packages, as far as that works offline: `scan.mts sources|published FOLDER`.
 * It is a process of its own, because the checker's rules have other results if NODE_ENV is `test`.
 */
const [what, folder = '.'] = process.argv.slice(2);
const patterns = what === 'sources' ? SOURCE_FILE_PATTERNS : ['**/*.js', 'package.json'];
const { passed, message, details } = await analyzePackage(folder, patterns);
console.log(passed ? 'passed' : `${message ?? 'failed'}\n${details ?? ''}`);
process.exitCode = passed ? 0 : 1;

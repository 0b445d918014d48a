/** What the checker of community packages exports; it has no types of its own. */
declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	/** The files that it checks in a package's sources. */
	export const SOURCE_FILE_PATTERNS: string[];
	/** Checks the files of a folder, offline. `details` lists what it found, as ESLint does. */
	export function analyzePackage(
		folder: string,
		patterns: readonly string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
}

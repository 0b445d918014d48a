declare module 'eslint-plugin-n8n-nodes-base' {
	/** Which rules are for which files, by ESLint's names of them. */
	export const configs: Record<
		'community' | 'credentials' | 'nodes',
		{ rules: Record<string, unknown> }
	>;
}

declare module 'eslint-plugin-n8n-nodes-base' {
	/** The rules by kind of file, under ESLint's names. */
	export const configs: Record<
		'community' | 'credentials' | 'nodes',
		{ rules: Record<string, unknown> }
	>;
}

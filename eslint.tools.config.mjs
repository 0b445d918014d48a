// Tests, the simulator and the demo are .mts files: they run in Node, not in n8n, so n8n's own
// rules (eslint.config.mjs, unchanged as strict mode demands) do not apply to them.
import js from '@eslint/js';
import { globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default tseslint.config(
	globalIgnores(['dist', 'coverage']),
	{ ignores: ['**/*.ts'] },
	{
		files: ['**/*.mts'],
		extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
		languageOptions: { parserOptions: { project: './tsconfig.tools.json' } },
		rules: {
			// A number in a message is what the message is about.
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
		},
	},
);

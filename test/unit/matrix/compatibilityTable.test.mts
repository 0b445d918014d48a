import { describe, expect, test } from '@jest/globals';

import { listedVersions, withResults } from '../../matrix/compatibilityTable.mts';

const README = `# A package

| n8n     | Runs on | End-to-end tests |
| ------- | ------- | ---------------- |
| 1.123.0 | Node 22 | all passed       |

More.
`;

describe("The README's table of n8n versions", () => {
	test('lists the versions that passed, newest first, and keeps those not tested this time', () => {
		const results = [
			{ version: '1.99.0', passed: true },
			{ version: '2.41.1', passed: true },
		];
		const readme = withResults(README, results, '24');
		expect(listedVersions(readme)).toEqual(['2.41.1', '1.123.0', '1.99.0']);
		expect(readme).toContain('| 2.41.1 | Node 24 | all passed |\n');
		expect(readme).toMatch(/^# A package\n[^]*\nMore\.\n$/);
	});

	test('lists no version that failed', () => {
		const readme = withResults(README, [{ version: '1.123.0', passed: false }], '24');
		expect(listedVersions(readme)).toEqual([]);
	});
});

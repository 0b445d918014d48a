// cspell:ignore colour
import { describe, expect, it } from '@jest/globals';
import { profileOf, readProfile } from '../../../tools/simulator/profileFile.mts';

const profile = {
	version: 1,
	cases: 1200,
	points: { caseId: { value: 'text', path: 'any' } },
	settings: { pageCap: 50, offsetWindow: null, ascending: [], copyLags: [0, 60], noDate: true },
};

describe('a profile', () => {
	it('has a number of cases and settings', () => {
		expect(profileOf(profile, 'it')).toEqual({
			cases: 1200,
			settings: {
				pageCap: 50,
				offsetWindow: undefined,
				ascending: [],
				copyLags: [0, 60],
				noDate: true,
			},
		});
	});

	it.each([
		[{ ...profile, version: 2 }, 'is not a profile'],
		[{ ...profile, cases: -1 }, 'is not a profile'],
		[[], 'is not a profile'],
		[{ ...profile, settings: { shade: 'red' } }, 'unknown setting "shade"'],
		[{ ...profile, settings: { pageCap: 0 } }, 'pageCap must be a whole number'],
		[{ ...profile, settings: { latencyMs: null } }, 'latencyMs must be a whole number'],
		[{ ...profile, settings: { rangeEnd: 'open' } }, 'rangeEnd must be one of'],
		[{ ...profile, settings: { noDate: 'yes' } }, 'noDate must be true or false'],
	])('%j is refused: %s', (json, message) => {
		expect(() => profileOf(json, 'it')).toThrow(message);
	});

	it('that is not there is refused in one sentence', () => {
		expect(() => readProfile('/nowhere/profile.json')).toThrow(/can't be read/);
	});
});

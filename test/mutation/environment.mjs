// One failing test is enough to notice a changed line, so the tests after it are skipped. jest's own `bail` stops only
// between files, and Stryker turns it off.
import FastGlobals from '../fastGlobals.mjs';

/** The change that a test has noticed. */
let noticed;

const current = () => process.env['__STRYKER_ACTIVE_MUTANT__'];

export default class extends FastGlobals {
	async handleTestEvent({ name, test }) {
		if (name === 'test_fn_failure') noticed = current();
		const isNoticed = noticed !== undefined && noticed === current();
		if (name === 'test_start' && isNoticed) test.mode = 'skip';
	}
}

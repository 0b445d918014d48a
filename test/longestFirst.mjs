// The order in which jest starts the test files. In a new clone it knows no durations and goes by size, so small files
// that wait for n8n's polls would start last, and the others would have to wait for them.
import Sequencer from '@jest/test-sequencer';

const LONGEST = /\/e2e\/(secrets|start|trigger|triggerVersions)\.test\.mts$/;

export default class extends Sequencer {
	sort(tests) {
		const sorted = super.sort(tests);
		const isLong = ({ path }) => LONGEST.test(path);
		return [...sorted.filter(isLong), ...sorted.filter((each) => !isLong(each))];
	}
}

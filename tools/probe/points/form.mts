import type { Context, Findings } from '../context.mts';
import { unknown, type Finding } from '../finding.mts';
import { readTime } from '../receivedTimes.mts';

const TIME_FIELDS = ['creation_time', 'modification_time', 'last_attached_alert_time'];

/** Reads the form of ids and times from the first page. */
export function learnForm({ first }: Context): Promise<Findings> {
	const { cases } = first;
	const [newest] = cases;
	if (newest === undefined) {
		const finding = unknown('there are no cases');
		return Promise.resolve({ caseId: finding, times: finding });
	}
	const isNumeric = typeof newest['case_id'] === 'number';
	const caseId = {
		value: isNumeric ? 'number' : 'text',
		settings: { numericCaseIds: isNumeric },
	};
	const times = TIME_FIELDS.flatMap((name) => cases.map((each) => readTime(each[name])));
	return Promise.resolve({ caseId, times: formOf(times) });
}

function formOf(times: ReadonlyArray<ReturnType<typeof readTime>>): Finding {
	const forms = [...new Set(times.map(({ form }) => form))].sort();
	const isFine = times.some(({ seconds = 0 }) => !Number.isInteger(seconds));
	const fraction = isFine ? ', finer than a second' : '';
	const [form = 'none'] = forms;
	const value = (forms.join(' and ') || form) + fraction;
	if (forms.length > 1 || form === 'other') return { value };
	const timeFraction = isFine ? 'shown' : 'none';
	return { value, settings: { timeFormat: form, timeFraction } };
}

import { isBlank, ParameterError } from '../parameterValues';
import { readUnixSeconds } from '../timeValues';

interface LabeledValue {
	value: unknown;
	label: string;
}

/**
 * The start and end of a time range in whole Unix seconds; undefined for a blank value.
 *
 * @param timeZone IANA name, for times without an offset
 * @throws ParameterError, also if the start is after the end
 */
export function readStartAndEnd(
	start: LabeledValue,
	end: LabeledValue,
	timeZone: string,
): { start: number | undefined; end: number | undefined } {
	const [first, last] = [start, end].map(({ value, label }) =>
		isBlank(value) ? undefined : readUnixSeconds(value, label, timeZone),
	);
	if ((first ?? 0) > (last ?? Infinity)) {
		throw new ParameterError(
			`'${start.label}' is after '${end.label}'`,
			'Swap the two values, or correct the wrong one.',
		);
	}
	return { start: first, end: last };
}

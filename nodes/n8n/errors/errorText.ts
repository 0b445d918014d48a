import type { Failure, FailureKind, IntezerError } from '../../intezer/http/errors';
import type { RelatedKind } from '../../intezer/types';
import { beginningText } from './messageBeginnings';
import { FAILURE_TEXTS, type FailureContext } from './failureTexts';

/** The text of an error for the user: what happened, and what to do next. */
export interface ErrorText {
	message: string;
	description: string;
}

const PART_NAMES: Readonly<Record<RelatedKind, string>> = {
	devices: 'devices',
	users: 'users',
	ttps: 'TTPs',
};

/**
 * The text for a failure of this package.
 *
 * @param withLabels replaces the names of fields in the service's reasons by the labels of their parameters
 */
export function errorText(
	{ failure, circumstances: { httpStatus, part } }: IntezerError,
	withLabels = (reasons: string) => reasons,
): ErrorText {
	const {
		beginning,
		details = '',
		description,
	} = textOf(failure.kind, failure, {
		httpStatus,
		withLabels,
	});
	const before = part === undefined ? '' : `Could not get the ${PART_NAMES[part]} of the case: `;
	return { message: before + beginningText(beginning) + details, description };
}

function textOf<K extends FailureKind>(kind: K, failure: Failure<K>, context: FailureContext) {
	return FAILURE_TEXTS[kind](failure, context);
}

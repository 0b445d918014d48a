import { expect } from '@jest/globals';

const CORRECT = 'Correct the value or its expression.';

/** Matches the error for a parameter with exactly these texts. */
export const parameterError = (message: string, description = CORRECT): Error =>
	expect.objectContaining({ name: 'ParameterError', message, description }) as unknown as Error;

/** Matches the error for a value that is none of the known ones. */
export const unknownValue = (label: string, value: string, known: string, hint = ''): Error =>
	parameterError(
		`'${value}' is not a known value for '${label}'`,
		`Use one of these values: ${known}.${hint}`,
	);

/**
 * What the user wrote in a parameter, before n8n resolves expressions: it tells an empty expression from a field that
 * was left blank.
 */

/** Whether the user wrote an expression. Not one that an agent fills in: there, empty means "no such filter". */
export function isExpression(rawValue: unknown): boolean {
	return typeof rawValue === 'string' && rawValue.startsWith('=') && !isFilledByAgent(rawValue);
}

/** Whether an agent fills in the parameter, with `$fromAI`. */
export function isFilledByAgent(rawValue: unknown): boolean {
	return typeof rawValue === 'string' && /\$fromAI\s*\(/i.test(rawValue);
}

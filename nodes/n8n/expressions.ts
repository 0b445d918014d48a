/**
 * What the user wrote in a parameter, before n8n resolves expressions: it tells an empty expression from a field that
 * was left blank.
 */

/**
 * Whether the user wrote an expression. An expression that an agent fills in does not count: if it is empty, the agent
 * wants no such filter.
 */
export function isExpression(rawValue: unknown): boolean {
	return typeof rawValue === 'string' && rawValue.startsWith('=') && !isFilledByAgent(rawValue);
}

/** Whether an agent fills in the parameter, with `$fromAI`. */
export function isFilledByAgent(rawValue: unknown): boolean {
	return typeof rawValue === 'string' && /\$fromAI\s*\(/i.test(rawValue);
}

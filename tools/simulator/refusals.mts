import type { FastifyReply, FastifySchemaValidationError } from 'fastify';

/** Responds with 400 as the service does, with a reason for each refused field. */
export function refuse(reply: FastifyReply, reasons: Record<string, string>): FastifyReply {
	return reply.code(400).send({
		error: 'Bad request',
		message: reasons,
		details: Object.entries(reasons).map(([field, reason]) => `${field} ${reason}`),
	});
}

/** The reason for each field that violates its schema, by its path, such as `payload.case_statuses.0`. */
export function refusalOf(errors: readonly FastifySchemaValidationError[]): Record<string, string> {
	return Object.fromEntries(
		errors.map(({ instancePath, keyword, params, message }) => {
			const path = instancePath.split('/').slice(1);
			if (keyword === 'additionalProperties') {
				return [[...path, String(params.additionalProperty)].join('.'), 'is not known'];
			}
			if (keyword === 'required') {
				return [[...path, String(params.missingProperty)].join('.'), 'is missing'];
			}
			const allowed = Array.isArray(params.allowedValues)
				? `: ${params.allowedValues.join(', ')}`
				: '';
			return [path.join('.') || 'body', `${message ?? 'is not valid'}${allowed}`];
		}),
	);
}

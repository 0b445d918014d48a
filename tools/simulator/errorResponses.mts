import type { FastifyReply, FastifySchemaValidationError } from 'fastify';

/** The response to a request that is refused. A string is HTML. */
export interface ErrorResponse {
	readonly status: number;
	readonly headers?: Record<string, string>;
	readonly body: object | string;
}

/** A 400 as the service sends it, with a reason for each refused field. */
export function badRequest(reasons: Record<string, string>): { readonly refusal: ErrorResponse } {
	const details = Object.entries(reasons).map(([field, reason]) => `${field} ${reason}`);
	return { refusal: { status: 400, body: { error: 'Bad request', message: reasons, details } } };
}

export function sendError(
	reply: FastifyReply,
	{ status, headers, body }: ErrorResponse,
): FastifyReply {
	if (typeof body === 'string') reply.type('text/html');
	return reply
		.code(status)
		.headers(headers ?? {})
		.send(body);
}

/** Responds with {@link badRequest}. */
export function sendBadRequest(reply: FastifyReply, reasons: Record<string, string>): FastifyReply {
	return sendError(reply, badRequest(reasons).refusal);
}

/** The reason for each field that violates its schema, by its path, such as `payload.case_statuses.0`. */
export function schemaViolations(
	errors: readonly FastifySchemaValidationError[],
): Record<string, string> {
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

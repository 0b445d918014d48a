import type { N8nLogin } from '../../tools/n8nHost/session.mts';

/** The running n8n, and its login. */
export interface SharedN8n extends N8nLogin {
	readonly url: string;
}

/** The variable in which jest's global setup passes it on to the processes that run the tests. */
export const SHARED_N8N_VARIABLE = 'INTEZER_TEST_N8N';

/** The n8n that all files of these tests use. */
export function sharedN8n(): SharedN8n {
	const written = process.env[SHARED_N8N_VARIABLE];
	if (written === undefined) throw new Error('startSharedN8n.mts has not started n8n');
	return JSON.parse(written) as SharedN8n;
}

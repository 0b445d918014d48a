import { fieldOf, isPage } from '../caseSearch.mts';
import type { Context, Findings } from '../context.mts';
import type { Finding } from '../finding.mts';
import type { ProbeResponse } from '../httpProbe.mts';
import { inventedIds } from '../inventedIds.mts';

/** The fields that the documentation names: the name of any other field is not reported. */
const KNOWN_FIELDS = ['error', 'message', 'details', 'result', 'status'];

/** Learns what errors look like, and whether accounts may be listed. */
export async function learnResponses({ search, first }: Context): Promise<Findings> {
	const { http } = search;
	const invalid = await search.search({ sort_by: 'no_such_field' });
	const [id] = inventedIds(first, 1);
	const missing = await http.send('GET', `/cases/${id ?? ''}`);
	const accounts = await http.send('GET', '/accounts');
	return {
		invalidSearch: isPage(invalid) ? { value: 'accepted' } : lookOf(invalid.response),
		missingCase: lookOf(missing),
		accounts:
			accounts.status === 200
				? { value: 'listed' }
				: {
						value: `refused: ${accounts.status}`,
						settings: { accountsForbidden: accounts.status === 403 },
					},
	};
}

/** The status, and which of the known fields the body has. */
function lookOf({ status, json }: ProbeResponse): Finding {
	if (json === undefined) return { value: `${status}, not JSON` };
	const fields = KNOWN_FIELDS.filter((name) => fieldOf(json, name) !== undefined);
	return { value: `${status}, JSON with ${fields.join(', ') || 'no known field'}` };
}

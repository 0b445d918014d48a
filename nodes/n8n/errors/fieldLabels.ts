/** A path before its reason, such as `payload.case_statuses.0` in `payload.case_statuses.0: unknown value`. */
const PATH = /[a-z_]+(?:\.\w+)*(?=: )/g;

/**
 * Replaces paths in the service's error messages by labels: `payload.case_ids.0: must be a string` becomes `'Case IDs':
 * must be a string`. Unknown paths stay as they are.
 *
 * @param labels the labels of parameters in the editor, by the path of their field in the body of a search
 */
export function replacePaths(reasons: string, labels: ReadonlyMap<string, string>): string {
	return reasons.replace(PATH, (path) => {
		const names = path.split('.');
		if (names[0] === 'payload') names.shift();
		const [group = '', field = ''] = names;
		const label = labels.get(group) ?? labels.get(`${group}.${field}`);
		return label === undefined ? path : `'${label}'`;
	});
}

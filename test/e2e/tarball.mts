/** The variable in which jest's global setup passes the path on to the processes that run the tests. */
export const TARBALL_VARIABLE = 'INTEZER_TEST_TARBALL';

/** The path of the packed package. */
export function tarball(): string {
	const path = process.env[TARBALL_VARIABLE];
	if (path === undefined) throw new Error('packOnce.mts has not packed the package');
	return path;
}

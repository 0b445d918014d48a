// Runs once before the tests of queue mode, and reports what is missing before anything takes long.
import packOnce from '../e2e/packOnce.mts';
import { findServers, postgresUser } from './servers.mts';

export default async function setUp(): Promise<void> {
	findServers();
	postgresUser();
	await packOnce();
}

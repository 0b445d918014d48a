// Runs once before the tests of queue mode: what is missing is said before anything long begins.
import packOnce from '../e2e/packOnce.mts';
import { findServers, postgresUser } from './servers.mts';

export default async function setUp(): Promise<void> {
	findServers();
	postgresUser();
	await packOnce();
}

// Runs once before the tests of queue mode: what is missing is said before anything long begins.
import type { TestProject } from 'vitest/node';
import packOnce from '../e2e/packOnce.mts';
import { findServers, postgresUser } from './servers.mts';

export default async function setUp(project: TestProject): Promise<void> {
	findServers();
	postgresUser();
	await packOnce(project);
}

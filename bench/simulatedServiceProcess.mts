import { seedCases } from '../tools/simulator/seed.mts';
import { PlainClient } from '../tools/simulator/plainClient.mts';
import { startSimulator } from '../tools/simulator/simulator.mts';
import { payloadOf } from './workload.mts';
import { simulatedServiceProcess } from './simulatedService.mts';

const SEED = 20_250;

const { latencyMs, histories, caseIds } = simulatedServiceProcess.argument;
const simulator = await startSimulator({ cases: seededCases() });
const { token } = await PlainClient.connect(simulator);
simulator.latencyMs = latencyMs;
// The simulator's first search for a history scans all cases: do that before any contender's.
for (const history of histories) {
	const { cases_count } = simulator.cases.search({ payload: payloadOf(history) });
	if (cases_count !== history.cases)
		throw new Error(`${cases_count} cases match, expected ${history.cases}.`);
}
const someCaseIds = simulator.cases.all.slice(0, caseIds).map((each) => each.case_id);

simulatedServiceProcess.serve((request) => {
	const { url, apiKey, inFlight, requests } = simulator;
	if (request === 'access') return { url, apiKey, caseIds: someCaseIds, token };
	const { startTime = 0, milliseconds = Infinity } = request;
	const counted = requests.filter(
		({ receivedAt }) => receivedAt >= startTime && receivedAt <= startTime + milliseconds,
	);
	const traffic = { requests: counted.length, mostInFlight: inFlight.peak };
	simulator.forgetRequests();
	inFlight.peak = 0;
	return traffic;
});

/** All cases. Those of a history have a sub-tenant of their own. */
function seededCases() {
	const parts = histories.filter(({ subTenant }) => subTenant !== undefined);
	const subTenants = parts.flatMap(({ cases, subTenant }) =>
		Array.from({ length: cases }, () => subTenant ?? null),
	);
	const total = Math.max(...histories.map(({ cases }) => cases));
	return seedCases(total, { seed: SEED, now: Date.now() / 1000 }).map((each, index) => ({
		...each,
		sub_tenant_name: subTenants[index] ?? null,
	}));
}

import { seedCases } from '../tools/simulator/seed.mts';
import { PlainClient } from '../tools/simulator/plainClient.mts';
import { startSimulator } from '../tools/simulator/simulator.mts';
import { payloadOf } from './workload.mts';
import { worldProcess } from './simulatedService.mts';

const SEED = 20_250;

const { latencyMs, histories, caseIds } = worldProcess.argument;
const simulator = await startSimulator({ cases: world() });
const { token } = await PlainClient.connect(simulator);
simulator.latencyMs = latencyMs;
// The first search for a history looks through the whole world: not on a contender's account.
for (const history of histories) {
	const { cases_count } = simulator.cases.search({ payload: payloadOf(history) });
	if (cases_count !== history.cases) throw new Error(`${cases_count} cases match, not as many.`);
}
const known = simulator.cases.all.slice(0, caseIds).map((each) => each.case_id);

worldProcess.answer((question) => {
	const { url, apiKey, inFlight, requests } = simulator;
	if (question === 'introduce') return { url, apiKey, caseIds: known, token };
	const { startTime = 0, milliseconds = Infinity } = question;
	const asked = requests.filter(
		({ receivedAt }) => receivedAt >= startTime && receivedAt <= startTime + milliseconds,
	);
	const traffic = { requests: asked.length, mostInFlight: inFlight.peak };
	simulator.forgetRequests();
	inFlight.peak = 0;
	return traffic;
});

/** All cases, with each history's in a sub-tenant of its own. */
function world() {
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

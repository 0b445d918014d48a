// The simulated service in a process of its own, so that its CPU time and memory are not measured.
import { ChildProgram } from './childProgram.mts';
import type { History, Target } from './workload.mts';

/** How the simulated service is set up. */
export interface SimulatedServiceOptions {
	/** Latency of every response, in milliseconds. */
	readonly latencyMs: number;
	/** The last one is all cases, and contains the others. */
	readonly histories: readonly History[];
	/** Number of case ids to return in `ServiceAccess`. */
	readonly caseIds: number;
}

/** `access` returns a ServiceAccess, a period its Traffic. */
export type ServiceRequest = 'access' | Period;

/** Unix milliseconds from `startTime`; without limits by default. */
export interface Period {
	readonly startTime?: number;
	readonly milliseconds?: number;
}

export interface Traffic {
	readonly requests: number;
	/** Since the last call, whatever the period. */
	readonly mostInFlight: number;
}

export interface ServiceAccess extends Target {
	/** The ids of some cases. */
	readonly caseIds: readonly string[];
	/** A session token, for contenders that can't exchange the key. */
	readonly token: string;
}

export interface SimulatedService extends ServiceAccess {
	/** Counts the requests since the last call that arrived in this period. */
	traffic(period?: Period): Promise<Traffic>;
	stop(): Promise<void>;
}

export const simulatedServiceProcess = new ChildProgram<
	SimulatedServiceOptions,
	ServiceRequest,
	ServiceAccess | Traffic
>('./simulatedServiceProcess.mts');

/** Starts the simulated service. */
export async function startSimulatedService(
	options: SimulatedServiceOptions,
): Promise<SimulatedService> {
	const child = simulatedServiceProcess.start(options);
	const access = await child.request('access');
	if (!('url' in access)) throw new Error('The simulated service did not return its address.');
	return {
		...access,
		traffic: async (period = {}) => {
			const traffic = await child.request(period);
			if (!('requests' in traffic))
				throw new Error('The simulated service did not return its traffic.');
			return traffic;
		},
		stop: () => child.stop(),
	};
}

// The simulated service in a process of its own: its work and its memory are nobody else's.
import { ChildKind } from './child.mts';
import type { History, Target } from './workload.mts';

/** How the simulated service is set up. */
export interface WorldOptions {
	/** How late every answer comes. */
	readonly latencyMs: number;
	/** The last is the whole world, and holds all the others. */
	readonly histories: readonly History[];
	/** How many case ids to name. */
	readonly caseIds: number;
}

export type WorldQuestion = 'introduce' | Period;

/** Unix milliseconds from `startTime`; all time where nothing is given. */
export interface Period {
	readonly startTime?: number;
	readonly milliseconds?: number;
}

export interface Traffic {
	readonly requests: number;
	/** In any period. */
	readonly mostInFlight: number;
}

export interface Introduction extends Target {
	/** The ids of some cases. */
	readonly caseIds: readonly string[];
	/** A session token, for those who cannot get one themselves. */
	readonly token: string;
}

export interface World extends Introduction {
	/** Counts the requests since the last call, those that came in this period. */
	traffic(period?: Period): Promise<Traffic>;
	stop(): Promise<void>;
}

export const worldProcess = new ChildKind<WorldOptions, WorldQuestion, Introduction | Traffic>(
	'./simulatedServiceProcess.mts',
);

/** Starts the simulated service. */
export async function startWorld(options: WorldOptions): Promise<World> {
	const child = worldProcess.start(options);
	const introduction = await child.ask('introduce');
	if (!('url' in introduction)) throw new Error('The simulated service did not introduce itself.');
	return {
		...introduction,
		traffic: async (period = {}) => {
			const traffic = await child.ask(period);
			if (!('requests' in traffic)) throw new Error('The simulated service did not count.');
			return traffic;
		},
		stop: () => child.stop(),
	};
}

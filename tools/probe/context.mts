import type { CaseSearch, Page } from './caseSearch.mts';
import type { Clock } from './clock.mts';
import type { Finding } from './finding.mts';
import type { PointId } from './points.mts';

/** What the parts of the probe share, and what earlier parts found out. */
export interface Context {
	readonly search: CaseSearch;
	readonly clock: Clock;
	/** The first page of all cases, newest first or not, with a limit of {@link FIRST_LIMIT}. */
	readonly first: Page;
	/** The largest offset + limit that is accepted, if there is a window. */
	window?: number;
	/** The count that `cases_count` never exceeds, if there is one. */
	countCap?: number;
	/** The largest body that was accepted, in bytes. */
	largestBody?: number;
}

export const FIRST_LIMIT = 100;

export type Findings = Partial<Record<PointId, Finding>>;

/** Learns one or more points. @throws Stopped */
export type Lesson = (context: Context) => Promise<Findings>;

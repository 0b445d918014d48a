import type { Page } from './caseSearch.mts';

/** Ids in the form of the service's own that no case has. */
export function inventedIds(first: Page, count: number): string[] {
	const isNumeric = typeof first.cases[0]?.['case_id'] === 'number';
	return Array.from({ length: count }, (_, index) =>
		isNumeric
			? String(900_000_000_000_000 + index)
			: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
	);
}

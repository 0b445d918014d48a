/** The fields of a simplified case, in their order: the contract with users' workflows. */
export const TWELVE_FIELDS = [
	'case_id',
	'case_title',
	'case_status',
	'case_priority',
	'alerts_count',
	'case_sources',
	'case_tags',
	'risk_category',
	'case_verdict',
	'response_status',
	'analyst_verdict',
	'intezer_case_url',
];

// What n8n's node panel shows of our nodes: one entry for both, and on its page the events and the actions.

export const ENTRY = 'Intezer Cases';
export const TOOL_ENTRY = 'Intezer Cases Tool';

/** n8n shows the description of either node for both. */
export const DESCRIPTIONS = [
	'Get cases from Intezer with their devices, users and TTPs, and search or count the whole history',
	'Starts the workflow when something happens to a case in Intezer',
];

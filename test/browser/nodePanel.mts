// Our nodes in n8n's node panel: one entry for the node and the trigger for cases, whose page has the events and the
// actions, and one for alerts.

export const ENTRY = 'Intezer Cases';
export const ALERTS_ENTRY = 'Intezer Alerts';
export const TOOL_ENTRY = 'Intezer Cases Tool';

/** n8n shows the description of either node for both. */
export const DESCRIPTIONS = [
	'Get, search and count Intezer cases',
	'Get and search Intezer cases, or start a workflow when a case is created, escalated or updated',
];

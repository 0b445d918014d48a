// How n8n's node panel shows our nodes. It calls both by one name, so that the descriptions tell them apart.

export const ACTION_NODE = 'Get cases from Intezer and search their history';
export const TRIGGER = 'Starts the workflow when something happens to a case in Intezer';

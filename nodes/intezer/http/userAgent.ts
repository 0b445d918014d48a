import manifest from '../../../package.json';

/** Tells Intezer which client and version sends a request, such as `n8n-nodes-intezer/1.2.0`. */
export const USER_AGENT = `${manifest.name}/${manifest.version}`;

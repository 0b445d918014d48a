// Stops what globalSetup.mjs started, in the same process.
export default () => globalThis.stopSharedN8n();

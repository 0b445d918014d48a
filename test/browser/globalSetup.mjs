// jest loads its global setup outside of the tests, without what compiles them.
import { tsImport } from 'tsx/esm/api';

const { startN8n, stopN8n } = await tsImport('./startSharedN8n.mts', import.meta.url);
globalThis.stopN8n = stopN8n;
export default startN8n;

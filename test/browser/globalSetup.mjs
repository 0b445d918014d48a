// jest loads its global setup outside of the tests, without what compiles them.
import { tsImport } from 'tsx/esm/api';

const { startSharedN8n, stopSharedN8n } = await tsImport('./startSharedN8n.mts', import.meta.url);
globalThis.stopSharedN8n = stopSharedN8n;
export default startSharedN8n;

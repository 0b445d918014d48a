// jest loads its global setup outside of the tests, without what compiles them.
import { tsImport } from 'tsx/esm/api';

const { default: packOnce } = await tsImport('./packOnce.mts', import.meta.url);
export default packOnce;

// jest loads its global setup outside of the tests, without what compiles them.
import { tsImport } from 'tsx/esm/api';

const { packed } = await tsImport('../e2e/packOnce.mts', import.meta.url);
export default packed;

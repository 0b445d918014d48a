// jest loads its global setup outside of the tests, without what compiles them.
import { tsImport } from 'tsx/esm/api';

const { default: setUp } = await tsImport('./setUp.mts', import.meta.url);
export default setUp;

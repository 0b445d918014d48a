// The environment in which jest runs every test: its own for Node, but with fast globals.
//
// In the context that jest creates, each mention of a global such as `Math` calls a Proxy, so the simulator and the
// property tests took several times as much CPU time as outside of jest. DONT_CONTEXTIFY gives a context ordinary globals.
// It also sets the time zone of the process, which a test can't: it sees a copy of `process.env`.
// cspell:ignore dont
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const { TZ: ownTimeZone } = process.env;

export default class extends TestEnvironment {
	constructor(config, context) {
		const { timeZone = ownTimeZone } = config.projectConfig.testEnvironmentOptions;
		if (timeZone === undefined) delete process.env.TZ;
		else process.env.TZ = timeZone;
		const { createContext } = vm;
		// jest's constructor takes no context: it creates one.
		vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
		try {
			super(config, context);
		} finally {
			vm.createContext = createContext;
		}
	}
}

// The environment in which jest runs every test: its own for Node, but with fast globals.
//
// In the context that jest creates, each mention of a global such as `Math` calls a Proxy, so the simulator and the
// property tests took several times as much CPU time as outside of jest. DONT_CONTEXTIFY gives a context ordinary globals.
// cspell:ignore dont
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

export default class extends TestEnvironment {
	constructor(config, context) {
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

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { atExit } from '../tools/n8nHost/atExit.mts';
import { inheritedEnvironment } from '../tools/n8nHost/environment.mts';

/** A child process that handles one request at a time. It ends with this process. */
export interface Child<Request, Response> {
	/** Fails if the process ends before it responds. */
	request(request: Request): Promise<Response>;
	stop(): Promise<void>;
}

/** A program for child processes. Parent and child share this object, and so the types of what they exchange. */
export class ChildProgram<Argument, Request, Response> {
	/** @param module the program's file, relative to this one */
	constructor(private readonly module: string) {}

	/** In the parent: starts a child. */
	start(argument: Argument): Child<Request, Response> {
		const path = fileURLToPath(new URL(this.module, import.meta.url));
		const child = fork(path, [JSON.stringify(argument)], {
			env: inheritedEnvironment(),
			execArgv: [...process.execArgv, '--expose-gc'],
		});
		const cancel = atExit(() => child.kill('SIGKILL'));
		// Listens before the process can end.
		const ended = once(child, 'exit').then(([exitCode, signal]: unknown[]) => {
			cancel();
			return `the process ended (${String(exitCode ?? signal)})`;
		});
		return {
			request: async (request) => {
				const response = once(child, 'message');
				child.send({ request });
				const outcome = await Promise.race([response, ended]);
				if (typeof outcome === 'string') throw new Error(outcome);
				return outcome[0] as Response;
			},
			stop: async () => {
				child.kill();
				await ended;
			},
		};
	}

	/** In the child: the argument of `start`. */
	get argument(): Argument {
		return JSON.parse(process.argv[2] ?? 'null') as Argument;
	}

	/** In the child: handles each request. The child ends when its parent does. */
	serve(handle: (request: Request) => Response | Promise<Response>): void {
		process.on('message', ({ request }: { request: Request }) => {
			void Promise.resolve(handle(request)).then((response) => process.send?.(response));
		});
		process.once('disconnect', () => process.exit());
	}
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { atExit } from '../tools/n8nHost/atExit.mts';
import { inheritedEnvironment } from '../tools/n8nHost/environment.mts';

/** A process of our own that answers one question at a time. It ends with this process. */
export interface Child<Question, Answer> {
	/** Fails where the process ends instead of answering. */
	ask(question: Question): Promise<Answer>;
	stop(): Promise<void>;
}

/** What a process is started with, is asked and answers: parent and child share it, and so its types. */
export class ChildKind<Argument, Question, Answer> {
	/** @param module the child's, beside this one */
	constructor(private readonly module: string) {}

	/** In the parent: starts a child. */
	start(argument: Argument): Child<Question, Answer> {
		const path = fileURLToPath(new URL(this.module, import.meta.url));
		const child = fork(path, [JSON.stringify(argument)], { env: inheritedEnvironment() });
		const callOff = atExit(() => child.kill('SIGKILL'));
		// The listener is there before the process can end.
		const ended = once(child, 'exit').then(([exitCode, signal]: unknown[]) => {
			callOff();
			return `the process ended (${String(exitCode ?? signal)})`;
		});
		return {
			ask: async (question) => {
				const answered = once(child, 'message');
				child.send({ question });
				const outcome = await Promise.race([answered, ended]);
				if (typeof outcome === 'string') throw new Error(outcome);
				return outcome[0] as Answer;
			},
			stop: async () => {
				child.kill();
				await ended;
			},
		};
	}

	/** In the child: what it was started with. */
	get argument(): Argument {
		return JSON.parse(process.argv[2] ?? 'null') as Argument;
	}

	/** In the child: answers each question. The end of the parent ends the child. */
	answer(answer: (question: Question) => Answer | Promise<Answer>): void {
		process.on('message', ({ question }: { question: Question }) => {
			void Promise.resolve(answer(question)).then((value) => process.send?.(value));
		});
		process.once('disconnect', () => process.exit());
	}
}

const SIGN_OF_LIFE_MS = 30_000;

/** Tells a person what goes on: a line for each step, with the seconds that it took. */
export class Steps {
	private lineIsOpen = false;

	constructor(private readonly print: (text: string) => void) {}

	/** Does one step. Whatever it notes meanwhile stands below its name. */
	async step<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
		const start = performance.now();
		const seconds = (): number => (performance.now() - start) / 1000;
		this.print(`${name} …`);
		this.lineIsOpen = true;
		const signOfLife = setInterval(() => {
			this.note(`… ${seconds().toFixed(0)} s`);
		}, SIGN_OF_LIFE_MS);
		try {
			const result = await action();
			this.finishLine(seconds());
			return result;
		} finally {
			clearInterval(signOfLife);
			this.endLine();
		}
	}

	/** A line of its own, below the step that goes on. */
	note(line: string): void {
		this.endLine();
		this.print(`  ${line}\n`);
	}

	private finishLine(seconds: number): void {
		this.print(`${this.lineIsOpen ? ' ' : '  done: '}${seconds.toFixed(1)} s\n`);
		this.lineIsOpen = false;
	}

	/** Ends the line of the step that goes on, before something else is printed. */
	endLine(): void {
		if (this.lineIsOpen) this.print('\n');
		this.lineIsOpen = false;
	}
}

const PROGRESS_MS = 30_000;

/** Shows progress in the terminal: one line for each step, with its duration in seconds. */
export class Steps {
	private lineIsOpen = false;

	constructor(private readonly print: (text: string) => void) {}

	/** Runs one step. Its notes are printed below its name. */
	async step<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
		const start = performance.now();
		const seconds = (): number => (performance.now() - start) / 1000;
		this.print(`${name} …`);
		this.lineIsOpen = true;
		const progress = setInterval(() => {
			this.note(`… ${seconds().toFixed(0)} s`);
		}, PROGRESS_MS);
		try {
			const result = await action();
			this.finishLine(seconds());
			return result;
		} finally {
			clearInterval(progress);
			this.endLine();
		}
	}

	/** Prints a line below the current step. */
	note(line: string): void {
		this.endLine();
		this.print(`  ${line}\n`);
	}

	private finishLine(seconds: number): void {
		this.print(`${this.lineIsOpen ? ' ' : '  done: '}${seconds.toFixed(1)} s\n`);
		this.lineIsOpen = false;
	}

	/** Ends the line of the current step, before something else is printed. */
	endLine(): void {
		if (this.lineIsOpen) this.print('\n');
		this.lineIsOpen = false;
	}
}

import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { n8nEnvironment } from './environment.mts';
import { executionResult, isExecution, type ExecutionResult } from './execution.mts';
import { temporaryFolder } from './folders.mts';
import { HostError } from './hostError.mts';
import type { Job, JobResult } from './job.mts';
import { parsedObject } from './looseJson.mts';
import type { N8nInstall } from './n8n.mts';
import { lastMessages, logMessages } from './n8nLog.mts';
import { npm } from './npm.mts';
import { freePort } from './ports.mts';
import { runningN8n, untilUp, type RunningN8n } from './running.mts';
import { setUpOwner, type N8nLogin } from './session.mts';
import { untilWorking, type RunningWorker } from './worker.mts';

/** A credential in plain text; n8n encrypts it. */
export interface Credential {
	readonly id: string;
	readonly name: string;
	/** Default: `intezerApi`. */
	readonly type?: string;
	readonly data: Readonly<Record<string, unknown>>;
}

/** A workflow as n8n exports it. The `id` has 1 to 21 characters. */
export interface Workflow extends Readonly<Record<string, unknown>> {
	readonly id: string;
}

/** An n8n with a user folder of its own and this package installed. Run one command at a time. */
export interface N8nInstance {
	readonly userFolder: string;
	importCredential(...credentials: readonly Credential[]): Promise<void>;
	importWorkflow(...workflows: readonly Workflow[]): Promise<void>;
	/** Runs a workflow with n8n's command line. A failed execution is a result, not an error. */
	execute(workflowId: string): Promise<ExecutionResult>;
	/** Starts the server; the first start also creates the owner. Default port: any free one. */
	start(options?: { readonly port?: number }): Promise<RunningN8n>;
	/** Starts a worker. The instance's settings must be those of queue mode. */
	startWorker(): Promise<RunningWorker>;
	/** Removes the user folder. Stop servers and workers first. */
	remove(): Promise<void>;
}

/** n8n starts in 10 s on an idle machine. */
const START_TIMEOUT_MS = 600_000;

/**
 * Creates a new instance with the package from this tarball, installed as n8n's documentation describes for a manual
 * installation. `settings` are additional environment variables for n8n.
 */
export async function createInstance(
	install: N8nInstall,
	tarball: string,
	settings: Readonly<Record<string, string>> = {},
): Promise<N8nInstance> {
	const folder = await temporaryFolder('n8n-');
	const userFolder = folder.path;
	await installPackage(userFolder, tarball);

	let commands = 0;
	const nextLog = (command: string | undefined) =>
		join(userFolder, `${++commands}-${command?.replace(':', '-')}.log`);
	const run = async (
		args: readonly string[],
		port?: number,
		log = nextLog(args[0]),
	): Promise<Job> => {
		const environment = n8nEnvironment({
			version: install.version,
			userFolder,
			port: port ?? (await freePort()),
			brokerPort: await freePort(),
		});
		return install.run(args, { ...environment, ...settings }, log);
	};
	const runToEnd = async (args: readonly string[]): Promise<JobResult> =>
		(await run(args)).finished;
	const importAs = async (what: string, value: unknown): Promise<void> => {
		const input = join(userFolder, `${what}.json`);
		await writeFile(input, JSON.stringify(value), { mode: 0o600 });
		const { exitCode, output } = await runToEnd([`import:${what}`, `--input=${input}`]);
		if (exitCode !== 0) throw new HostError(`n8n could not import:\n${lastMessages(output)}`);
	};

	const login: N8nLogin = {
		email: 'analyst@example.com',
		// n8n requires a digit and a capital letter.
		password: `Demo1-${randomBytes(6).toString('hex')}`,
	};
	let hasOwner = false;

	return {
		userFolder,
		importCredential: (...credentials) =>
			importAs(
				'credentials',
				credentials.map((credential) => ({ type: 'intezerApi', ...credential })),
			),
		importWorkflow: (...workflows) => importAs('workflow', workflows),
		execute: async (workflowId) =>
			printedExecution(await runToEnd(['execute', `--id=${workflowId}`, '--rawOutput'])),
		start: async (options = {}) => {
			const port = options.port ?? (await freePort());
			const url = `http://127.0.0.1:${port}`;
			const job = await run(['start'], port);
			await untilUp(url, job, START_TIMEOUT_MS);
			if (!hasOwner) await setUpOwner(url, login);
			hasOwner = true;
			return runningN8n(url, job, login);
		},
		startWorker: async () => {
			const port = await freePort();
			const log = nextLog('worker');
			const job = await run(['worker'], port, log);
			return untilWorking(job, log, START_TIMEOUT_MS);
		},
		remove: () => folder.remove(),
	};
}

async function installPackage(userFolder: string, tarball: string): Promise<void> {
	const nodes = join(userFolder, '.n8n', 'nodes');
	await mkdir(nodes, { recursive: true, mode: 0o700 });
	await writeFile(
		join(nodes, 'package.json'),
		JSON.stringify({ name: 'installed-nodes', private: true }),
	);
	await npm(
		'install the package in n8n',
		['install', '--prefix', nodes, '--ignore-scripts', '--legacy-peer-deps', tarball],
		{ cwd: nodes, log: join(userFolder, 'npm.log') },
	);
}

/** Finds the execution's JSON in n8n's log: it is the message of one of its lines. */
function printedExecution({ output }: JobResult): ExecutionResult {
	for (const message of logMessages(output)) {
		const execution = parsedObject(message);
		if (isExecution(execution)) return executionResult(execution);
	}
	throw new HostError(`n8n did not run the workflow:\n${lastMessages(output)}`);
}

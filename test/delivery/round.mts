import { setTimeout as sleep } from 'node:timers/promises';
import type { ExamplesHost } from '../examples/host.mts';
import { ACCEPT, type Sent } from '../examples/receivers.mts';
import type { Drill } from './drills.mts';
import type { Fault } from './faults.mts';

/** The outcome of the events of one example. */
export interface Outcome {
	readonly example: string;
	readonly events: number;
	readonly delivered: number;
	/** Delivered more than once. */
	readonly repeated: number;
	/** Until the last event was delivered. */
	readonly seconds: number;
}

export interface Round {
	readonly drills: ReadonlyMap<string, Drill>;
	readonly fault: Fault;
	readonly events: number;
	/** How often n8n is killed, spread evenly over the messages. */
	readonly kills: number;
	/** A round ends when nothing new was delivered for this long. */
	readonly patienceSeconds: number;
	readonly print: (line: string) => void;
}

/** Causes the events of each example, and waits until all of them were delivered. */
export async function runRound(host: ExamplesHost, round: Round): Promise<Outcome[]> {
	const { fault, kills, events, print } = round;
	const start = performance.now();
	const elapsed = () => (performance.now() - start) / 1000;
	const firstSent = host.receivers.sent.length;
	const state = { wasKilled: false, othersDelivered: false };
	const since = new Map<string, number>();
	const tried = new Set<string>();
	host.receivers.answer = (message) => {
		const seconds = elapsed();
		if (!since.has(message.path)) since.set(message.path, seconds);
		for (const [name, drill] of round.drills) if (drill.told(message).length > 0) tried.add(name);
		return fault.answer(message, seconds - (since.get(message.path) ?? 0), state);
	};

	const tallies = [...round.drills].map(([name, drill]) => new Tally(name, drill));
	const causing = Promise.all(tallies.map((tally) => tally.cause(host, events)));
	const total = events * tallies.length;
	let seen = firstSent;
	let killed = 0;
	let progressed = elapsed();
	let reported = 0;
	for (;;) {
		for (; seen < host.receivers.sent.length; seen++) {
			const message = host.receivers.sent[seen];
			if (message === undefined) continue;
			for (const tally of tallies) if (tally.count(message, elapsed())) progressed = elapsed();
		}
		const delivered = tallies.reduce((sum, { delivered }) => sum + delivered, 0);
		if (delivered >= reported + total / 10) {
			reported = delivered;
			print(`${elapsed().toFixed(0)} s: ${delivered} of ${total} delivered`);
		}
		if (fault.killsWhileSending && !state.wasKilled && tried.size === tallies.length) {
			print(`${elapsed().toFixed(0)} s: killing n8n while it sends`);
			state.wasKilled = true;
			await host.killAndRestart();
			progressed = elapsed();
		}
		if (killed < kills && delivered >= ((killed + 1) * total) / (kills + 1)) {
			killed += 1;
			print(`${elapsed().toFixed(0)} s: killing n8n after ${delivered} delivered`);
			await host.killAndRestart();
			progressed = elapsed();
		}
		const alive = tallies.filter(({ name }) => !DEAD_BESIDE.includes(name));
		state.othersDelivered = alive.every(({ isComplete }) => isComplete);
		if (delivered === total) break;
		if (elapsed() - progressed > round.patienceSeconds) break;
		await sleep(200);
	}
	await Promise.race([causing, sleep(1_000)]);
	host.receivers.answer = () => ACCEPT;
	await untilSettled(host);
	for (; seen < host.receivers.sent.length; seen++) {
		const message = host.receivers.sent[seen];
		if (message !== undefined) for (const tally of tallies) tally.count(message, elapsed());
	}
	for (const { case_id } of host.simulator.cases.all) host.simulator.cases.remove(case_id);
	for (const alert of host.simulator.alerts.all) host.simulator.alerts.remove(alert);
	return tallies.map((tally) => tally.outcome());
}

/** The examples of which the fault `beside` makes some or all receivers dead. */
const DEAD_BESIDE = [
	'alert-to-ticket',
	'verdict-to-ticket',
	'phishing-mailbox',
	'close-ticket',
	'route-by-sub-tenant',
	'daily-digest',
];

/** Waits until no pending message could cause a repeat; messages that are due much later don't count. */
async function untilSettled(host: ExamplesHost): Promise<void> {
	for (;;) {
		const soon = new Date(Date.now() + 600_000).toISOString();
		const rows = await host.deliveries.rows();
		if (!rows.some(({ status, due }) => status === 'pending' && String(due) < soon)) return;
		await sleep(1_000);
	}
}

/** Counts the messages about the cases of one example. */
class Tally {
	private readonly counts = new Map<string, number>();
	private events = 0;
	private lastSeconds = 0;

	constructor(
		readonly name: string,
		private readonly drill: Drill,
	) {}

	async cause(host: ExamplesHost, events: number): Promise<void> {
		this.events = events;
		await this.drill.cause(host, events, (id) => this.counts.set(id, 0));
	}

	/** Whether the message names a case for the first time. */
	count(message: Sent, seconds: number): boolean {
		let isFirst = false;
		for (const id of this.drill.told(message)) {
			const count = this.counts.get(id);
			if (count === undefined) continue;
			this.counts.set(id, count + 1);
			if (count > 0) continue;
			isFirst = true;
			this.lastSeconds = seconds;
		}
		return isFirst;
	}

	get delivered(): number {
		return [...this.counts.values()].filter((count) => count > 0).length;
	}

	get isComplete(): boolean {
		return this.delivered === this.events;
	}

	outcome(): Outcome {
		const repeated = [...this.counts.values()].filter((count) => count > 1).length;
		return {
			example: this.name,
			events: this.events,
			delivered: this.delivered,
			repeated: this.drill.repeats ? 0 : repeated,
			seconds: this.lastSeconds,
		};
	}
}

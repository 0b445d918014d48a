import { ACCEPT, type Answer, type Sent } from '../examples/receivers.mts';

/** What a receiver does wrong in a round. */
export interface Fault {
	readonly description: string;
	/** The response to a message. `seconds`: since the first message of the round to this receiver. */
	readonly answer: (message: Sent, seconds: number, round: FaultyRound) => Answer;
	/** n8n is killed once each workflow has sent something that has no response yet. */
	readonly killsWhileSending?: true;
}

/** The facts that a fault may depend on. */
export interface FaultyRound {
	/** Whether n8n was killed already. */
	readonly wasKilled: boolean;
	/** Whether every message that does not go to a dead receiver was delivered. */
	readonly othersDelivered: boolean;
}

/** How long a receiver fails if it fails every time. */
const FAILING_SECONDS = 30;

const failing = (answer: Answer): Fault['answer'] => {
	return (_message, seconds) => (seconds < FAILING_SECONDS ? answer : ACCEPT);
};
const sometimes = (share: number, answer: Answer): Fault['answer'] => {
	return () => (Math.random() < share ? answer : ACCEPT);
};

/** The receivers that are dead in the fault `beside`; the others work. */
function isDead({ path }: Pick<Sent, 'path'>): boolean {
	return /^\/(?:tickets|mail|chat\/hooks\/americas)\b/.test(path);
}

export const FAULTS: Readonly<Record<string, Fault>> = {
	healthy: { description: 'none', answer: () => ACCEPT },
	down: { description: 'resets connections for 30 s', answer: failing('drop') },
	limited: {
		description: 'answers 429 with Retry-After for 30 s',
		answer: failing({ status: 429, headers: { 'retry-after': '5' } }),
	},
	half: {
		description: 'answers half of the requests with 500',
		answer: sometimes(0.5, { status: 500 }),
	},
	hang: { description: 'does not respond for 30 s', answer: failing('hang') },
	lose: {
		description: 'accepts each fifth message and resets the connection',
		answer: sometimes(0.2, 'lose'),
	},
	killed: {
		description: 'none, but n8n is killed between sending and marking',
		answer: (_message, _seconds, { wasKilled }) => (wasKilled ? ACCEPT : 'hold'),
		killsWhileSending: true,
	},
	beside: {
		description: 'tickets, mail and one customer are down until all others have their messages',
		answer: (message, _seconds, { othersDelivered }) =>
			isDead(message) && !othersDelivered ? 'drop' : ACCEPT,
	},
};

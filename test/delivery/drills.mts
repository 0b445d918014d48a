// How the events of each example are caused, and how its messages name the cases.
import { jsonBody } from '../../tools/n8nHost/session.mts';
import type { SimulatedCase } from '../../tools/simulator/simulator.mts';
import type { ExamplesHost } from '../examples/host.mts';
import { receive } from '../examples/mailbox.mts';
import type { Sent } from '../examples/receivers.mts';

/** Called with what a message about an event will name, before the message can be sent. */
type Expect = (id: string) => void;

/** An example that sends messages. */
export interface Drill {
	/** The workflows to publish. */
	readonly workflows: readonly string[];
	/** Causes this many events. */
	readonly cause: (host: ExamplesHost, count: number, expect: Expect) => Promise<void>;
	/** The events that a message names; empty for a message of another example. */
	readonly told: (message: Sent) => readonly string[];
	/** The example repeats a case on purpose. */
	readonly repeats?: true;
}

/** The path under which mails are counted. */
export const MAIL_PATH = '/mail';

/** As many customers as a large MSSP has. Each sub-tenant has a channel of its name. */
export const SUB_TENANTS = [
	'emea',
	'americas',
	...Array.from({ length: 78 }, (_, n) => `customer-${n + 3}`),
];
const HOUR = 3600;

/** The cases whose links are in a chat message to this receiver. */
const linked = (path: RegExp, text = /^/) => {
	return ({ path: to, body }: Sent): readonly string[] => {
		const message = String(body['text']);
		if (!path.test(to) || !text.test(message)) return [];
		return [...message.matchAll(/\/cases\/([\w-]+)/g)].map(([, id = '']) => id);
	};
};

/** The ID of a ticket that was opened, without this prefix. */
const filed = (prefix = '') => {
	return ({ path, body }: Sent): readonly string[] => {
		if (path !== '/tickets/api/tickets') return [];
		const id = String(body['external_id']);
		return [id.startsWith(prefix) ? id.slice(prefix.length) : id];
	};
};

const closed = ({ path, body }: Sent): readonly string[] =>
	path === '/tickets/api/tickets/close' ? [String(body['external_id'])] : [];

/** The UUIDs in a mail, whose lines are broken as quoted-printable text. */
const listed = ({ path, body }: Sent): readonly string[] => {
	if (path !== MAIL_PATH) return [];
	const mail = String(body['text']).replaceAll(/=\r?\n/g, '');
	return [...mail.matchAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)].map(([id]) => id);
};

/** Adds a case for each event; `fields` returns its fields by its number. */
const adding = (source: string, fields: (n: number) => Partial<SimulatedCase>): Drill['cause'] => {
	return async (host, count, expect) => {
		for (let n = 0; n < count; n++) {
			const added = { case_priority: 'low', case_sources: [source], ...fields(n) } as const;
			expect(host.simulator.cases.add(added).case_id);
		}
		await Promise.resolve();
	};
};

/** The examples, by the name of their file. A case's source is that name, so that no other example takes it. */
export const DRILLS: Readonly<Record<string, Drill>> = {
	'escalation-alert': {
		workflows: ['escalationAlert', 'reconcile'],
		cause: adding('escalation-alert', () => ({ case_priority: 'escalated' })),
		told: linked(/^\/chat\/hooks\/on-call$/),
	},
	'alert-to-ticket': {
		workflows: ['alertToTicket'],
		cause: async (host, count, expect) => {
			const alerts = newAlerts(count);
			for (const alert of alerts) {
				// The ticket of a case has the case's ID, and a ticket without a case has the alert's.
				const case_id = alert.alert_id;
				const case_sources = ['alert-to-ticket'];
				host.simulator.cases.add({
					case_id,
					case_priority: 'low',
					case_sources,
					alerts: [alert],
				});
				expect(case_id);
			}
			await Promise.all(alerts.map((alert) => post(host, '/webhook/intezer-alert', alert)));
		},
		told: filed('alert-cs-'),
	},
	'verdict-to-ticket': {
		workflows: ['verdictToTicket'],
		cause: async (host, count, expect) => {
			const alerts = newAlerts(count);
			for (const alert of alerts) {
				host.simulator.alerts.add(alert);
				expect(`verdict-${alert.environment}-${alert.alert_id}`);
			}
			await Promise.all(alerts.map((alert) => post(host, '/webhook/intezer-verdict', alert)));
		},
		told: filed(),
	},
	'phishing-mailbox': {
		workflows: ['phishingMailbox'],
		cause: async (host, count, expect) => {
			const first = Date.now();
			const emails = Array.from({ length: count }, (_, n) => {
				const uid = first + n;
				expect(`email-${uid}-‹${uid}@example.com›-attachment_0`);
				return { uid, subject: 'Report', attachments: [{ content: `Subject: ${uid}` }] };
			});
			// The trigger reads emails again until the workflow has recorded them.
			await Promise.all(emails.map((email) => untilAccepted(() => receive(host.n8n, email))));
		},
		told: filed(),
	},
	'close-ticket': {
		workflows: ['closeTicket'],
		cause: adding('close-ticket', () => ({ case_status: 'closed' })),
		told: closed,
	},
	'wait-for-verdict': {
		workflows: ['waitForVerdict'],
		cause: adding('wait-for-verdict', () => ({ case_priority: 'high' })),
		told: linked(/^\/chat\/hooks\/soc$/, /^(?:The verdict is|No verdict)/),
	},
	'route-by-sub-tenant': {
		workflows: ['routeBySubTenant'],
		cause: adding('route-by-sub-tenant', (n) => ({
			case_priority: 'high',
			sub_tenant_name: SUB_TENANTS[n % SUB_TENANTS.length] ?? '',
		})),
		told: linked(/^\/chat\/hooks\/(?:emea|americas|customer-\d+)$/),
	},
	'scheduled-triage': {
		workflows: ['scheduledTriage'],
		cause: adding('scheduled-triage', () => ({ case_priority: 'high' })),
		told: linked(/^\/chat\/hooks\/soc$/, /for triage:/),
	},
	'escalation-reminder': {
		workflows: ['escalationReminder'],
		cause: adding('escalation-reminder', () => ({
			case_priority: 'escalated',
			creation_time: Math.floor(Date.now() / 1000) - 2 * HOUR,
		})),
		told: linked(/^\/chat\/hooks\/soc-lead$/),
		repeats: true,
	},
	'daily-digest': {
		workflows: ['dailyDigest'],
		// A digest counts cases. Each has a source of its own, so that the digest names it.
		cause: async (host, count, expect) => {
			for (let n = 0; n < count; n++) {
				const case_id = crypto.randomUUID();
				const case_sources = ['daily-digest', case_id];
				host.simulator.cases.add({ case_id, case_priority: 'low', case_sources });
				expect(case_id);
			}
			await Promise.resolve();
		},
		told: listed,
	},
};

function newAlerts(count: number): { readonly alert_id: string; readonly environment: string }[] {
	return Array.from({ length: count }, () => ({
		alert_id: crypto.randomUUID(),
		environment: 'cs',
	}));
}

/** Posts an alert like a SIEM: again and again, until n8n confirms it. */
async function post(host: ExamplesHost, path: string, alert: object): Promise<void> {
	await untilAccepted(async () => {
		const headers = { 'content-type': 'application/json', 'x-alerts': 'yes' };
		const { status } = await fetch(new URL(path, host.n8n.url), { ...jsonBody(alert), headers });
		return status === 202;
	});
}

/** Tries again every second, also while n8n is down. */
async function untilAccepted(attempt: () => Promise<boolean>): Promise<void> {
	for (;;) {
		try {
			if (await attempt()) return;
		} catch {
			// n8n was killed.
		}
		await new Promise((resolve) => setTimeout(resolve, 1_000));
	}
}

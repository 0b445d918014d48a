// A stand-in for the mailbox of Check reported phishing emails: emails are posted to n8n instead of read with IMAP.
import { record } from '../../tools/n8nHost/looseJson.mts';
import type { RunningN8n } from '../../tools/n8nHost/running.mts';
import { jsonBody } from '../../tools/n8nHost/session.mts';
import type { Example, ExampleNode } from './workflows.mts';

/** An attachment of an email. */
export interface Attachment {
	readonly content: string;
	readonly mimeType?: string;
	readonly fileName?: string;
}

/** An email in the mailbox. */
export interface Email {
	/** Its number in the mailbox; no other email has it. */
	readonly uid: number;
	readonly subject?: string;
	readonly attachments?: readonly Attachment[];
}

const TRIGGER = 'When an email arrives';
const WEBHOOK = 'Mailbox';

/** Turns the posted emails into items like those of Email Trigger (IMAP) in the format Resolved. */
const ITEMS = `return $input.first().json.body.emails.map(({ uid, subject, attachments }) => ({
	json: {
		attributes: { uid },
		messageId: '<' + uid + '@example.com>',
		subject,
		from: { value: [{ address: 'user@example.com', name: 'A User' }] },
	},
	binary: Object.fromEntries(
		attachments.map((attachment, n) => ['attachment_' + n, attachment]),
	),
}));`;

/** The example with the stand-in as its trigger; any other example unchanged. */
export function withMailbox(example: Example): Example {
	if (!example.nodes.some(({ name }) => name === TRIGGER)) return example;
	const webhook: ExampleNode = {
		id: WEBHOOK,
		name: WEBHOOK,
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		position: [-288, 0],
		webhookId: 'mailbox',
		parameters: {
			httpMethod: 'POST',
			path: 'mailbox',
			responseMode: 'lastNode',
			responseData: 'noData',
			options: {},
		},
	};
	const nodes = example.nodes.map((node): ExampleNode => {
		if (node.name !== TRIGGER) return node;
		const { credentials: _, ...others } = node;
		const parameters = { mode: 'runOnceForAllItems', language: 'javaScript', jsCode: ITEMS };
		return { ...others, type: 'n8n-nodes-base.code', typeVersion: 2, parameters };
	});
	const connections = {
		...record(example['connections']),
		[WEBHOOK]: { main: [[{ node: TRIGGER, type: 'main', index: 0 }]] },
	};
	return { ...example, nodes: [webhook, ...nodes], connections };
}

/** Puts emails into the mailbox at once. Returns whether the workflow has recorded them. */
export async function receive(n8n: RunningN8n, ...emails: readonly Email[]): Promise<boolean> {
	const body = {
		emails: emails.map(({ uid, subject, attachments = [] }) => ({
			uid,
			subject,
			attachments: attachments.map(({ content, mimeType = 'message/rfc822', fileName }) => ({
				data: Buffer.from(content).toString('base64'),
				mimeType,
				fileName,
			})),
		})),
	};
	const { ok } = await fetch(new URL('/webhook/mailbox', n8n.url), jsonBody(body));
	return ok;
}

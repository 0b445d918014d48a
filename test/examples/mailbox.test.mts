// Check reported phishing emails, whose emails are posted instead of read from a mailbox.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { triageOf } from '../../tools/simulator/storedAlert.mts';
import type { Simulator } from '../../tools/simulator/simulator.mts';
import { faster } from './faster.mts';
import { startExamples, type ExamplesHost } from './host.mts';
import { receive, withMailbox, type Email } from './mailbox.mts';
import { examples, readyToSend, sendingTo, withNode, type Example } from './workflows.mts';
import { tarball } from '../e2e/tarball.mts';
import { waitFor } from '../waitFor.mts';

/** Texts that attackers may choose, and each as it appears in a ticket. */
const HOSTILE = [
	['<img src=x onerror=alert(1)>', '‹img src=x onerror=alert(1)›'],
	["=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"],
	['two\nlines\u202e', 'two lines'],
] as const;

const SOON = { timeout: 120_000, interval: 300 };

let host: ExamplesHost;
let simulator: Simulator;
let uid = 0;

beforeAll(async () => {
	host = await startExamples(tarball(), (url) =>
		examples().map((example) => prepared(readyToSend(sendingTo(url, example)))),
	);
	({ simulator } = host);
	await host.n8n.publish('phishingMailbox');
});

afterAll(() => host.stop());

beforeEach(async () => {
	simulator.clearFaults();
	simulator.beforeAnswer(undefined);
	simulator.mails.length = 0;
	for (const alert of simulator.alerts.all) simulator.alerts.remove(alert);
	await host.receivers.take(0);
});

/** The example with the stand-in for its mailbox, and without pauses. */
function prepared(example: Example): Example {
	const changed = withNode(example, 'Wait', { parameters: { amount: 0, unit: 'seconds' } });
	return withMailbox(faster(changed));
}

/** An email that reports others. */
function report(...contents: string[]): Email {
	uid += 1;
	const attachments = contents.map((content) => ({ content, fileName: 'reported.eml' }));
	return { uid, subject: `Report ${uid}`, attachments };
}

/** The ID that Intezer gives to a submitted email. */
function alertIdOf(content: string): string {
	return createHash('sha256').update(content).digest('hex');
}

/** The rows of an email in the table. */
async function rowsOf(email: Email) {
	const rows = await host.deliveries.rows();
	return rows.filter(({ delivery }) => String(delivery).startsWith(`reported-email/${email.uid}/`));
}

async function untilSent(email: Email): Promise<void> {
	await waitFor(async () => {
		const rows = await rowsOf(email);
		expect(rows.map(({ status }) => status)).toEqual(rows.map(() => 'sent'));
	}, SOON);
}

/** Makes the recorded tickets of an email due, and sends what is due, as if an hour had passed. */
async function passAnHour(email: Email): Promise<void> {
	const due = new Date().toISOString();
	await host.deliveries.update(
		{ delivery: `reported-email/${email.uid}/%`, status: 'pending' },
		{ due },
	);
	await host.n8n.runWorkflow('redeliver');
}

/** The tickets that were opened since the last call, once there are at least `count`. */
async function tickets(count: number) {
	const sent = await host.receivers.take(count);
	for (const { path, headers } of sent) {
		expect(path).toBe('/tickets/api/tickets');
		expect(headers).toMatchObject({ 'x-tickets': 'yes' });
	}
	return sent.map(({ body }) => body);
}

describe('An attached email', () => {
	test.each(HOSTILE)('gets a ticket with its verdict, as plain text: %j', async (text, plain) => {
		const content = `Subject: ${text}\r\n\r\nPay now`;
		const alert = simulator.alerts.add({
			alert_id: alertIdOf(content),
			triage_time: Date.now() / 1000 + 3600,
		});
		let looks = 0;
		simulator.beforeAnswer(({ path }) => {
			if (!path.endsWith('/get-by-id') || (looks += 1) < 2) return;
			const triage_result = { ...triageOf('confirmed_threat', 'phishing'), threat_name: text };
			simulator.alerts.update(alert, { triage_time: Date.now() / 1000 - 1, triage_result });
		});
		const email = { ...report(), subject: text, attachments: [{ content, fileName: text }] };
		expect(await receive(host.n8n, email)).toBe(true);

		expect(await tickets(1)).toMatchObject([
			{
				external_id: `email-${email.uid}-‹${email.uid}@example.com›-attachment_0`,
				title: `Confirmed Threat: ${plain}`,
				subject: plain,
				file: plain,
				threat: plain,
				reported_by: 'user@example.com',
				verdict: 'Confirmed Threat',
				risk_level: 'high',
				link: expect.stringContaining(alertIdOf(content)),
			},
		]);
		expect(simulator.mails.map((mail) => mail.content.toString())).toEqual([content]);
		// Nothing is left that Redeliver would send.
		await untilSent(email);
		await passAnHour(email);
		expect(await tickets(0)).toEqual([]);
	});

	test('is told whatever the verdict, unless it is harmless', async () => {
		const verdicts = ['inconclusive', 'a_new_verdict', 'false_positive'];
		const mails = verdicts.map((verdict) => {
			const content = `Subject: ${verdict}\r\n\r\n`;
			const triage_result = triageOf(verdict, 'unknown');
			simulator.alerts.add({ alert_id: alertIdOf(content), triage_result });
			return report(content);
		});
		expect(await receive(host.n8n, ...mails)).toBe(true);
		const opened = await tickets(2);
		expect(opened.map(({ verdict }) => verdict).sort()).toEqual(['A New Verdict', 'Inconclusive']);
		for (const email of mails) await untilSent(email);
		await host.n8n.runWorkflow('redeliver');
		expect(await tickets(0)).toEqual([]);
	});

	test('is one of several in a message, next to other files, and delays none of them', async () => {
		const [slow, fast, outlook] = ['slow', 'fast', 'outlook'].map((name) => `Subject: ${name}`);
		const running = simulator.alerts.add({
			alert_id: alertIdOf(slow ?? ''),
			triage_time: Date.now() / 1000 + 3600,
		});
		const email = {
			...report(slow ?? '', fast ?? ''),
			attachments: [
				{ content: slow ?? '' },
				{ content: 'PNG', mimeType: 'image/png', fileName: 'eml.png' },
				{ content: fast ?? '' },
				{ content: outlook ?? '', mimeType: 'application/octet-stream', fileName: 'Mail.MSG' },
			],
		};
		expect(await receive(host.n8n, email)).toBe(true);
		const done = (await tickets(2)).map(({ link }) => String(link));
		expect(done.filter((link) => link.includes(alertIdOf(fast ?? '')))).toHaveLength(1);
		expect(done.filter((link) => link.includes(alertIdOf(outlook ?? '')))).toHaveLength(1);

		simulator.alerts.update(running, { triage_time: Date.now() / 1000 - 1 });
		expect((await tickets(1)).map(({ link }) => link)).toEqual([
			expect.stringContaining(alertIdOf(slow ?? '')),
		]);
		expect(simulator.mails).toHaveLength(3);
	});

	test('is submitted as soon as Intezer works again', async () => {
		simulator.fail({ path: '/alerts/ingest/binary', status: 400, times: 3 });
		await receive(host.n8n, report('Subject: late'));
		expect((await tickets(1)).map(({ link }) => link)).toEqual([
			expect.stringContaining(alertIdOf('Subject: late')),
		]);
	});

	test('is submitted once, even if Intezer fails while it is triaged', async () => {
		simulator.fail({ path: '/alerts/get-by-id', status: 400, times: 3 });
		await receive(host.n8n, report('Subject: once'));
		expect(await tickets(1)).toHaveLength(1);
		expect(simulator.mails).toHaveLength(1);
	});

	test('gets a ticket without a verdict after an hour, and none later', async () => {
		const alert = simulator.alerts.add({
			alert_id: alertIdOf('Subject: never'),
			triage_time: Date.now() / 1000 + 3600,
		});
		const email = report('Subject: never');
		await receive(host.n8n, email);
		await passAnHour(email);
		expect(await tickets(1)).toMatchObject([
			{ title: `Reported email without a verdict: Report ${email.uid}`, file: 'reported.eml' },
		]);
		// Ends the execution that waits for the verdict.
		simulator.alerts.update(alert, { triage_time: Date.now() / 1000 - 1 });
		await waitFor(async () => {
			const executions = await host.n8n.executions('phishingMailbox');
			expect(executions.at(-1)?.items('Sanitize text')).toHaveLength(1);
		}, SOON);
		expect(await tickets(0)).toEqual([]);
	});

	test('is checked once, however often the trigger reads it', async () => {
		const email = report('Subject: again');
		await receive(host.n8n, email);
		await tickets(1);
		await untilSent(email);
		expect(await receive(host.n8n, email)).toBe(true);
		expect(await rowsOf(email)).toHaveLength(1);
		expect(simulator.mails).toHaveLength(1);
	});

	test('gets a ticket without a verdict if n8n is killed while it waits', async () => {
		simulator.triageSeconds = 3600;
		const attachments = [{ content: 'Subject: killed', fileName: 'killed.eml' }];
		const email = { ...report(), attachments };
		await receive(host.n8n, email);
		await waitFor(() => {
			expect(simulator.mails).toHaveLength(1);
		}, SOON);
		await host.killAndRestart();
		simulator.triageSeconds = 0;
		await passAnHour(email);
		await untilSent(email);
		// On error reports the execution that n8n could not finish.
		const opened = host.receivers.sent.filter(({ body }) => body['file'] === 'killed.eml');
		expect(opened.map(({ body }) => body['title'])).toEqual([
			`Reported email without a verdict: Report ${email.uid}`,
		]);
		await host.receivers.take(0);
	});
});

test('A message without an attached email gets a ticket, and nothing is submitted', async () => {
	const image = { content: 'PNG', mimeType: 'image/png', fileName: 'x.png' };
	const email = { ...report(), attachments: [image] };
	const empty = report();
	expect(await receive(host.n8n, email, empty)).toBe(true);
	await host.n8n.runWorkflow('redeliver');
	expect((await tickets(2)).map(({ title }) => title).sort()).toEqual(
		[email, empty].map((each) => `Report without an attached email: Report ${each.uid}`).sort(),
	);
	expect(simulator.mails).toEqual([]);
});

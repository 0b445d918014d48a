import type {
	GenericValue,
	IExecuteFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { isLoopback } from './address';
import { anySignal } from './anySignal';
import { failureOf, IntezerError, refusal, unreadable, type DownloadFault } from './errors';
import { RESPONSE_TIMEOUT_MS } from './safeRequestOptions';
import { decideRetry } from './retryPolicy';
import { shortened } from './refusalReasons';
import { USER_AGENT } from './userAgent';

const MAX_BYTES = 20_000_000;

/** What a download needs. */
interface DownloadContext {
	n8n: IExecuteFunctions;
	/** Aborting it ends the download. */
	signal: AbortSignal;
	/** Waits without a place in the throttle. @throws IntezerError if the run ends first */
	pause: (milliseconds: number) => Promise<void>;
	/** Whether plain http to this machine is accepted, because Intezer itself is reached in that way. */
	allowsLoopback: boolean;
}

/**
 * Downloads JSON of at most 20 MB over https from an address that Intezer returned, perhaps on another host: without a
 * token, and without following redirects.
 *
 * @throws IntezerError
 */
export async function downloadJson(
	address: string,
	context: DownloadContext,
): Promise<GenericValue> {
	const url = usableUrl(address, context.allowsLoopback);
	if (url === undefined) throw unreadable({ reason: 'noRawAlertUrl' });
	for (let attempts = 1; ; attempts++) {
		const outcome = await requestText(url, context);
		if ('text' in outcome) {
			const value = parsed(outcome.text);
			if (value === undefined) throw failed(url, { reason: 'notJson' });
			return value;
		}
		const decision = decideRetry(outcome, attempts, Date.now(), Math.random());
		if ('giveUp' in decision)
			throw failed(url, faultOf(decision.giveUp), decision.giveUp.httpStatus);
		await context.pause(decision.waitMs);
	}
}

function usableUrl(address: string, allowsLoopback: boolean): URL | undefined {
	if (!URL.canParse(address)) return undefined;
	const url = new URL(address);
	const isEncrypted = url.protocol === 'https:';
	const isLocal = allowsLoopback && url.protocol === 'http:' && isLoopback(url.hostname);
	const hasLogin = url.username !== '' || url.password !== '';
	return (isEncrypted || isLocal) && !hasLogin ? url : undefined;
}

type Outcome =
	| { text: string }
	| { error: IntezerError; headers?: Readonly<Record<string, unknown>> };

async function requestText(url: URL, { n8n, signal: ended }: DownloadContext): Promise<Outcome> {
	const { signal, release } = anySignal([ended, AbortSignal.timeout(RESPONSE_TIMEOUT_MS)]);
	const request: IHttpRequestOptions = {
		url: url.href,
		headers: { 'User-Agent': USER_AGENT, Accept: 'application/json' },
		// As a stream, so that nothing above the limit is kept in memory.
		encoding: 'stream',
		disableFollowRedirect: true,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
		timeout: RESPONSE_TIMEOUT_MS,
		abortSignal: signal,
	};
	return await n8n.helpers
		.httpRequest(request)
		.then(async ({ statusCode, body, headers }: IN8nHttpFullResponse) => {
			const content = await readStream(body);
			if (statusCode !== 200) return { error: refusal(statusCode, undefined), headers };
			return content === undefined
				? { error: failed(url, { reason: 'tooLarge', maxBytes: MAX_BYTES }) }
				: { text: content.toString('utf8') };
		})
		.catch((error: unknown) => ({ error: failureOf(error) }))
		.finally(release);
}

/** The content; undefined if it is too large. Leaving the loop early ends the response. */
async function readStream(body: unknown): Promise<Buffer | undefined> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	if (!isByteStream(body)) return Buffer.alloc(0);
	for await (const chunk of body) {
		size += chunk.length;
		if (size > MAX_BYTES) return undefined;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function isByteStream(body: unknown): body is AsyncIterable<Uint8Array> {
	return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** Undefined for anything but JSON. */
function parsed(text: string): GenericValue {
	try {
		const value: GenericValue = JSON.parse(text.replace(/^\uFEFF/, ''));
		return value;
	} catch {
		return undefined;
	}
}

function faultOf({ failure }: IntezerError): DownloadFault {
	if (failure.kind === 'rawAlertNotDownloaded') return failure.fault;
	if (failure.kind === 'redirected') return { reason: 'redirected' };
	if (failure.kind === 'unreachable') return { reason: 'unreachable', message: failure.fault };
	return { reason: 'refused' };
}

function failed(url: URL, fault: DownloadFault, httpStatus?: number): IntezerError {
	return new IntezerError(
		{ kind: 'rawAlertNotDownloaded', host: shortened(url.host), fault },
		{ httpStatus },
	);
}

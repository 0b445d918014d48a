import type {
	IAllExecuteFunctions,
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { casePath } from './address';
import { failureOf, IntezerError, refusal, unreadable } from './errors';
import type { Case, CaseSearcher, SearchPage, SearchQuery } from './types';

const CREDENTIAL = 'intezerApi';

/** The calls of the Intezer API that this package makes. Every one throws IntezerError and nothing else. */
export class IntezerClient implements CaseSearcher {
	readonly maxConcurrency = 5;

	/** @param n8n the context of a node's run: it adds the credential to each request */
	constructor(private readonly n8n: IAllExecuteFunctions) {}

	/** `GET /cases/{case_id}`: the case as it came, with `case_id` filled in where the service leaves it out. */
	async getCase(caseId: string): Promise<Case> {
		const { result: found } = await this.call({ method: 'GET', url: casePath(caseId) });
		return { ...found, case_id: found.case_id ?? caseId.trim() };
	}

	/** `POST /cases/search`: one page of what matches. The service may give fewer than `limit` while more remain. */
	async searchPage(query: SearchQuery, offset: number, limit: number): Promise<SearchPage> {
		const { result, serverTime } = await this.call({
			method: 'POST',
			url: '/cases/search',
			body: { ...query, offset, limit },
		});
		const cases: unknown = result.cases ?? [];
		if (!Array.isArray(cases) || !cases.every(isObject)) {
			throw unreadable("its 'cases' is not a list of cases", 200);
		}
		const count = result.cases_count;
		return { cases, casesCount: typeof count === 'number' ? count : undefined, serverTime };
	}

	/** How many cases match, by one search of a single case. */
	async countCases(query: SearchQuery): Promise<number> {
		const { casesCount } = await this.searchPage(query, 0, 1);
		if (casesCount === undefined) throw unreadable('it does not say how many cases match', 200);
		return casesCount;
	}

	/** The `result` of an answer, and when the service gave it. */
	private async call(request: IHttpRequestOptions): Promise<Result> {
		const { statusCode, body, headers } = await this.answerTo(request);
		if (statusCode < 200 || statusCode > 299) throw refusal(statusCode, body);
		if (!isObject(body)) throw unreadable('it is not JSON', statusCode);
		if (!isObject(body.result)) throw unreadable("it has no 'result'", statusCode);
		return { result: body.result, serverTime: unixSecondsOf(headers.date) };
	}

	private async answerTo(request: IHttpRequestOptions): Promise<IN8nHttpFullResponse> {
		const answer = await this.send(request);
		if (answer instanceof IntezerError) throw answer;
		return answer.statusCode === 401 ? await this.answerAfterRenewal(request) : answer;
	}

	/** n8n renews the token when it sees a 401 itself: so the request goes once more, with errors left to n8n. */
	private async answerAfterRenewal(request: IHttpRequestOptions): Promise<IN8nHttpFullResponse> {
		const answer = await this.send({ ...request, ignoreHttpStatusErrors: false });
		if (!(answer instanceof IntezerError)) return answer;
		if (answer.kind !== 'unreachable') throw answer;
		// Perhaps renewed, but then something that n8n's error does not tell on every version: look at it ourselves.
		const repeated = await this.send(request);
		if (repeated instanceof IntezerError) throw repeated;
		if (repeated.statusCode === 401) throw answer;
		return repeated;
	}

	/** Status and headers of an answer that is no success are readable on every n8n version only without its errors. */
	private async send(request: IHttpRequestOptions): Promise<IN8nHttpFullResponse | IntezerError> {
		const options: IHttpRequestOptions = {
			json: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			...request,
		};
		return await this.n8n.helpers.httpRequestWithAuthentication
			.call(this.n8n, CREDENTIAL, options)
			.catch(failureOf);
	}
}

interface Result {
	result: IDataObject;
	serverTime: number | undefined;
}

/** The Unix seconds in a `Date` header; undefined where it is missing or unreadable. */
function unixSecondsOf(date: unknown): number | undefined {
	const milliseconds = typeof date === 'string' ? Date.parse(date) : NaN;
	return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

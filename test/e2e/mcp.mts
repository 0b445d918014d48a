/** A tool as an MCP server offers it to a model. */
export interface OfferedTool {
	readonly name: string;
	readonly description: string;
	readonly inputSchema: {
		readonly properties: Readonly<Record<string, { readonly description?: string }>>;
		readonly required?: readonly string[];
	};
}

/** What a model gets from a call: the text, and whether n8n calls it an error. */
export interface ToolAnswer {
	readonly text: string;
	readonly isError: boolean;
}

/** What an AI agent does with n8n's MCP Server Trigger: it sees the tools, and calls them. */
export interface McpSession {
	tools(): Promise<OfferedTool[]>;
	call(name: string, toolArguments: Record<string, unknown>): Promise<ToolAnswer>;
}

/** Begins a session with the MCP server at this URL (streamable HTTP). */
export async function openMcp(
	url: string,
	authentication: Readonly<Record<string, string>> = {},
): Promise<McpSession> {
	const headers = new Headers({
		...authentication,
		'content-type': 'application/json',
		accept: 'application/json, text/event-stream',
	});
	let calls = 0;
	const send = async (message: object): Promise<Response> => {
		const body = JSON.stringify({ jsonrpc: '2.0', ...message });
		const response = await fetch(url, { method: 'POST', headers, body });
		if (response.ok) return response;
		throw new Error(`MCP answered ${response.status}: ${await response.text()}`);
	};
	const ask = async (method: string, params: object): Promise<unknown> => {
		const response = await send({ id: ++calls, method, params });
		headers.set('mcp-session-id', response.headers.get('mcp-session-id') ?? '');
		return resultIn(await response.text());
	};

	await ask('initialize', {
		protocolVersion: '2025-03-26',
		capabilities: {},
		clientInfo: { name: 'test', version: '1' },
	});
	await (await send({ method: 'notifications/initialized' })).text();
	return {
		tools: async () => ((await ask('tools/list', {})) as { tools: OfferedTool[] }).tools,
		call: async (name, toolArguments) => {
			const answer = (await ask('tools/call', { name, arguments: toolArguments })) as {
				content: Array<{ text: string }>;
				isError?: boolean;
			};
			return {
				text: answer.content.map(({ text }) => text).join(''),
				isError: answer.isError === true,
			};
		},
	};
}

/** The result in an answer that is JSON, or a stream of one event. */
function resultIn(body: string): unknown {
	const data = /^data: (.*)$/m.exec(body)?.[1] ?? body;
	const { result, error } = JSON.parse(data) as { result?: unknown; error?: unknown };
	if (error !== undefined) throw new Error(`MCP answered with an error: ${JSON.stringify(error)}`);
	return result;
}

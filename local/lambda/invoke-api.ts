import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { Invoked } from "./invoked.ts";

/** Lambda's Invoke, for people and their tools. */
export interface InvokeApi extends AsyncDisposable {
	endpoint: string;
}

export interface InvokeApiOptions {
	port: number;
	/** the function that a name, or an ARN, means */
	find(target: string): string | undefined;
	invoke(name: string, event: unknown): Promise<Invoked>;
}

interface Answer {
	status: number;
	headers?: Record<string, string>;
	body: string;
}

const path = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

export async function openInvokeApi(
	options: InvokeApiOptions,
): Promise<InvokeApi> {
	const server = createServer(async (request, response) => {
		const { status, headers, body } = await answer(request, options).catch(
			(): Answer => refusal(500, "ServiceException", "It failed."),
		);
		response.writeHead(status, {
			"content-type": "application/json",
			...headers,
		});
		response.end(body);
	});
	server.listen(options.port, "127.0.0.1");
	await once(server, "listening");
	return {
		endpoint: `http://127.0.0.1:${options.port}`,
		async [Symbol.asyncDispose]() {
			const closed = once(server, "close");
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

async function answer(
	request: IncomingMessage,
	{ find, invoke }: InvokeApiOptions,
): Promise<Answer> {
	const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
	const [, encoded] = path.exec(pathname) ?? [];
	if (request.method !== "POST" || encoded === undefined)
		return refusal(404, "UnknownOperationException", "Only Invoke is here.");
	const target = decodeURIComponent(encoded);
	const name = find(target);
	if (name === undefined)
		return refusal(
			404,
			"ResourceNotFoundException",
			`Function not found: ${target}`,
		);
	const event = parse(await text(request));
	if (event === undefined)
		return refusal(
			400,
			"InvalidRequestContentException",
			"Could not parse request body into json.",
		);
	const invoked = await invoke(name, event.json);
	if ("payload" in invoked) return { status: 200, body: invoked.payload };
	return {
		status: 200,
		headers: { "x-amz-function-error": "Unhandled" },
		body: JSON.stringify(invoked.error),
	};
}

function parse(body: string): { json: unknown } | undefined {
	try {
		return { json: body === "" ? {} : JSON.parse(body) };
	} catch {
		return undefined;
	}
}

function refusal(status: number, name: string, message: string): Answer {
	return {
		status,
		headers: { "x-amzn-errortype": name },
		body: JSON.stringify({ Message: message, message }),
	};
}

import { once } from "node:events";
import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { requestTooLarge } from "../lambda/function.ts";
import type { Invoked } from "../lambda/invoked.ts";
import { type HttpAnswer, toAnswer, toEvent } from "./gateway-event.ts";
import { matchRoute, type Route } from "./routes.ts";

export interface Integration {
	timeoutMs: number;
	invoke(event: unknown): Promise<Invoked>;
}

/** The one HTTP port: the API's routes, and whatever the local cloud adds below its own path. May be disposed twice. */
export interface Gateway extends AsyncDisposable {
	/** http://127.0.0.1:3000 */
	url: string;
	/** until then everything is answered 503 */
	open(
		routes: readonly Route<Integration>[],
		own: (method: string, path: string) => Promise<HttpAnswer> | undefined,
	): void;
}

const bodyLimit = 10 * 1024 * 1024;
const graceMs = 1500;
// at Node's 5 s a client meets the end of the connection it was about to use again
const keepAliveMs = 65_000;

export async function openGateway(port: number): Promise<Gateway> {
	let answerTo: (
		request: IncomingMessage,
		body: Buffer,
	) => Promise<HttpAnswer> = async () => says(503, "Service Unavailable");
	const working = new Set<Promise<void>>();

	async function serve(request: IncomingMessage, response: ServerResponse) {
		const body = await bodyOf(request);
		const answer = body
			? await answerTo(request, body)
			: says(413, "Request Too Long");
		write(response, answer);
	}

	const server = createServer((request, response) => {
		const served = serve(request, response)
			.catch(() => {
				if (!response.headersSent)
					write(response, says(500, "Internal Server Error"));
			})
			.finally(() => working.delete(served));
		working.add(served);
	});
	server.keepAliveTimeout = keepAliveMs;
	server.listen(port, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	const actual = typeof address === "object" ? address?.port : port;

	let closing: Promise<void> | undefined;

	async function close(): Promise<void> {
		const closed = once(server, "close");
		server.close();
		server.closeIdleConnections();
		await Promise.race([
			Promise.all(working),
			delay(graceMs, undefined, { ref: false }),
		]);
		server.closeAllConnections();
		await closed;
	}

	return {
		url: `http://127.0.0.1:${actual}`,
		open(routes, own) {
			answerTo = async (request, body) => {
				const method = request.method ?? "GET";
				const path = decoded(request.url ?? "/");
				if (path === undefined) return says(400, "Bad Request");
				const found = own(method, path);
				if (found) return await found;
				const matched = matchRoute(routes, method, path);
				if (!matched) return says(404, "Not Found");
				const { route, pathParameters } = matched;
				const event = toEvent({
					request,
					body,
					path,
					routeKey: route.key,
					pathParameters,
					at: new Date(),
				});
				return await integrate(route.target, event);
			};
		},
		[Symbol.asyncDispose]() {
			closing ??= close();
			return closing;
		},
	};
}

/** An answer of the gateway's own. */
export function says(status: number, message: string): HttpAnswer {
	return {
		status,
		headers: { "content-type": "application/json" },
		cookies: [],
		body: Buffer.from(JSON.stringify({ message })),
	};
}

async function integrate(
	{ invoke, timeoutMs }: Integration,
	event: unknown,
): Promise<HttpAnswer> {
	const waiting = new AbortController();
	const invoked = await Promise.race([
		invoke(event),
		delay(timeoutMs, undefined, { signal: waiting.signal }).catch(() => {}),
	]);
	waiting.abort();
	if (!invoked) return says(503, "Service Unavailable");
	if ("payload" in invoked)
		return toAnswer(invoked.payload) ?? says(500, "Internal Server Error");
	return invoked.error.errorType === requestTooLarge
		? says(413, "Request Too Long")
		: says(500, "Internal Server Error");
}

/** The whole body; nothing, if it is longer than the gateway takes. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		// read to its end all the same: who is still sending hears no answer
		if (length <= bodyLimit) chunks.push(chunk);
	}
	return length <= bodyLimit ? Buffer.concat(chunks) : undefined;
}

function decoded(url: string): string | undefined {
	const [path = "/"] = url.split("?");
	try {
		return decodeURIComponent(path);
	} catch {
		return undefined;
	}
}

function write(response: ServerResponse, answer: HttpAnswer): void {
	const { status, headers, cookies, body } = answer;
	response.writeHead(status, {
		...headers,
		...(cookies.length > 0 && { "set-cookie": cookies }),
		...(status !== 204 && { "content-length": body.length }),
	});
	response.end(response.req.method === "HEAD" ? undefined : body);
}

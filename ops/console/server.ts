import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { Trouble } from "../trouble.ts";

/** One file of the page. */
export interface PageFile {
	type: string;
	body: string;
}

export interface ConsoleOptions {
	/** 0 takes any free one */
	port: number;
	/** by its path below the address; asked for when somebody looks */
	files: () => Promise<Readonly<Record<string, PageFile>>>;
	/** answers a question; it changes nothing */
	ask: Readonly<Record<string, Asked>>;
	/** does something, once a person has pressed a button */
	act: Readonly<Record<string, Acted>>;
	/** what comes from now on, a line at a time, until the signal ends it */
	live: (signal: AbortSignal) => AsyncIterable<unknown>;
}

export type Asked = (
	parameters: URLSearchParams,
	signal: AbortSignal,
) => Promise<unknown>;
export type Acted = (body: unknown, signal: AbortSignal) => Promise<unknown>;

export interface Console extends AsyncDisposable {
	/** holds the token, without which nothing is answered */
	address: string;
}

const host = "127.0.0.1";
const bodyLimit = 64 * 1024;

// the page loads nothing from elsewhere, is nobody's frame, and tells nobody its address
const headers = {
	"content-security-policy":
		"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"cross-origin-opener-policy": "same-origin",
	"cross-origin-resource-policy": "same-origin",
	"referrer-policy": "no-referrer",
	"x-content-type-options": "nosniff",
	"cache-control": "no-store",
};

/** Serves the page to whoever holds its address, on this machine alone. */
export async function openConsole(options: ConsoleOptions): Promise<Console> {
	const token = randomBytes(24).toString("base64url");
	const server = createServer((request, response) => {
		answer(request, response).catch((error: unknown) => {
			if (response.headersSent) response.destroy();
			else refuse(response, 500, messageOf(error));
		});
	});
	server.listen(options.port, host);
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const names = [`${host}:${port}`, `localhost:${port}`];

	async function answer(request: IncomingMessage, response: ServerResponse) {
		// a name that leads here from elsewhere (DNS rebinding) is not ours
		if (!names.includes(request.headers.host ?? ""))
			return refuse(response, 403, "This address is not the console's.");
		if (!isOurs(request, names))
			return refuse(response, 403, "Another page may not ask here.");
		const url = new URL(request.url ?? "/", `http://${names[0]}`);
		const [, given = "", ...rest] = url.pathname.split("/");
		if (!equal(given, token))
			return refuse(
				response,
				404,
				"Open the address that the console printed.",
			);
		const path = rest.join("/");
		using ended = endOf(response);
		if (request.method === "GET") {
			const file = own(await options.files(), path);
			if (file) return send(response, 200, file.type, file.body);
			if (path === "api/live") return await stream(response, ended.signal);
			const ask = own(options.ask, path.replace(/^api\//, ""));
			if (ask)
				return await sendJson(response, () =>
					ask(url.searchParams, ended.signal),
				);
		} else if (request.method === "POST") {
			const act = own(options.act, path.replace(/^api\//, ""));
			if (act) {
				const body = await readJson(request);
				return await sendJson(response, () => act(body, ended.signal));
			}
		} else return refuse(response, 405, "GET and POST are taken here.");
		refuse(response, 404, "There is nothing here.");
	}

	async function stream(response: ServerResponse, signal: AbortSignal) {
		response.writeHead(200, {
			...headers,
			"content-type": "text/event-stream",
		});
		response.write(": begun\n\n");
		for await (const each of options.live(signal))
			if (!response.write(`data: ${JSON.stringify(each)}\n\n`))
				await once(response, "drain", { signal });
		response.end();
	}

	return {
		address: `http://${host}:${port}/${token}/`,
		async [Symbol.asyncDispose]() {
			const closed = once(server, "close");
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

/** From our own page, or typed by a person; never from a page that stands elsewhere. */
function isOurs({ method, headers }: IncomingMessage, names: string[]) {
	const { origin } = headers;
	if (origin !== undefined)
		return names.some((name) => origin === `http://${name}`);
	return method === "GET" || method === "HEAD";
}

function equal(given: string, token: string): boolean {
	const digest = (text: string) => createHash("sha256").update(text).digest();
	return timingSafeEqual(digest(given), digest(token));
}

function own<T>(table: Readonly<Record<string, T>>, name: string) {
	return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Aborted as soon as nobody waits for the answer. */
function endOf(response: ServerResponse): Disposable & { signal: AbortSignal } {
	const ended = new AbortController();
	const end = () => ended.abort();
	response.once("close", end);
	return {
		signal: ended.signal,
		[Symbol.dispose]: () => response.off("close", end),
	};
}

async function readJson(request: IncomingMessage): Promise<unknown> {
	let text = "";
	for await (const chunk of request.setEncoding("utf8")) {
		text += chunk;
		if (text.length > bodyLimit)
			throw new Trouble("That is more than is taken here.");
	}
	return text === "" ? {} : JSON.parse(text);
}

async function sendJson(
	response: ServerResponse,
	make: () => Promise<unknown>,
): Promise<void> {
	try {
		const told = JSON.stringify(await make());
		send(response, 200, "application/json", told);
	} catch (error) {
		refuse(response, error instanceof Trouble ? 422 : 500, messageOf(error));
	}
}

function refuse(response: ServerResponse, status: number, message: string) {
	send(response, status, "application/json", JSON.stringify({ message }));
}

function send(
	response: ServerResponse,
	status: number,
	type: string,
	body: string,
): void {
	response.writeHead(status, {
		...headers,
		"content-type": `${type}; charset=utf-8`,
	});
	response.end(body);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

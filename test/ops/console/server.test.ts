import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Console, openConsole } from "../../../ops/console/server.ts";
import { Trouble } from "../../../ops/trouble.ts";

let opened: Console;
let url: URL;
const done: unknown[] = [];
let left: Promise<unknown> | undefined;

beforeAll(async () => {
	opened = await openConsole({
		port: 0,
		files: async () => ({ "": { type: "text/html", body: "<p>the page" } }),
		ask: {
			echo: async (parameters) => ({ told: parameters.get("word") }),
			lost: async () => {
				throw new Trouble("There is no such thing.");
			},
		},
		act: { note: async (body) => ({ says: String(done.push(body)) }) },
		async *live(signal) {
			left = once(signal, "abort");
			yield { id: "first" };
			await left;
		},
	});
	url = new URL(opened.address);
});
afterAll(() => opened[Symbol.asyncDispose]());

interface Sent {
	method?: string;
	path?: string;
	headers?: Record<string, string>;
	body?: string;
}

async function send({ method = "GET", path = "", headers, body }: Sent = {}) {
	const asked = request({
		host: url.hostname,
		port: url.port,
		path: path.startsWith("/") ? path : url.pathname + path,
		method,
		headers,
		agent: false,
	});
	asked.end(body);
	const [response] = (await once(asked, "response")) as [IncomingMessage];
	return {
		status: response.statusCode,
		headers: response.headers,
		body: await text(response),
	};
}

test("listens on the loopback, and shows its page to whoever has the address", async () => {
	expect(url.hostname).toBe("127.0.0.1");
	expect(url.pathname).toMatch(/^\/[\w-]{32}\/$/);
	const { status, body, headers } = await send();
	expect({ status, body }).toEqual({ status: 200, body: "<p>the page" });
	expect(headers["content-security-policy"]).toContain("default-src 'none'");
	expect(headers).toMatchObject({
		"referrer-policy": "no-referrer",
		"x-content-type-options": "nosniff",
		"cache-control": "no-store",
	});
});

test.each([
	["no token", { path: "/" }],
	["another token", { path: `/${"a".repeat(32)}/` }],
	["a token cut short", { path: `/${"a".repeat(31)}/api/echo?word=x` }],
])("tells nothing to %s", async (_what, sent) => {
	const { status, body } = await send(sent);
	expect(status).toBe(404);
	expect(body).not.toContain("page");
});

test("answers to no name but its own", async () => {
	for (const host of ["rebound.example", `rebound.example:${url.port}`])
		expect(await send({ headers: { host } })).toMatchObject({ status: 403 });
	const host = `localhost:${url.port}`;
	expect(await send({ headers: { host } })).toMatchObject({ status: 200 });
});

test("lets no other page ask or act", async () => {
	const note = { method: "POST", path: "api/note", body: "{}" };
	for (const origin of [
		"https://elsewhere.example",
		"null",
		"http://127.0.0.1",
	]) {
		expect(await send({ headers: { origin } })).toMatchObject({ status: 403 });
		expect(await send({ ...note, headers: { origin } })).toMatchObject({
			status: 403,
		});
	}
	expect(await send(note)).toMatchObject({ status: 403 });
	expect(done).toEqual([]);
	const { origin } = url;
	expect(
		await send({ ...note, body: '{"a":1}', headers: { origin } }),
	).toMatchObject({ status: 200, body: '{"says":"1"}' });
	expect(done).toEqual([{ a: 1 }]);
});

test("answers a question, and says what is wrong with one", async () => {
	expect(await send({ path: "api/echo?word=here" })).toMatchObject({
		status: 200,
		body: '{"told":"here"}',
	});
	expect(await send({ path: "api/lost" })).toMatchObject({
		status: 422,
		body: '{"message":"There is no such thing."}',
	});
	for (const path of ["api/note", "api/constructor", "other", "../"])
		expect(await send({ path })).toMatchObject({ status: 404 });
	expect(
		await send({ method: "DELETE", headers: { origin: url.origin } }),
	).toMatchObject({ status: 405 });
});

test("takes no more than it must of what is posted", async () => {
	const { origin } = url;
	const post = { method: "POST", path: "api/note", headers: { origin } };
	const before = done.length;
	for (const body of ["{", JSON.stringify("x".repeat(70_000))])
		expect((await send({ ...post, body })).status).toBeGreaterThanOrEqual(400);
	expect(done).toHaveLength(before);
});

test("tells what comes for as long as somebody looks", async () => {
	const looking = new AbortController();
	const { body } = await fetch(`${opened.address}api/live`, {
		signal: looking.signal,
	});
	let told = "";
	const decoder = new TextDecoder();
	const reader = body?.getReader();
	while (!told.includes("first")) {
		const read = await reader?.read();
		told += decoder.decode(read?.value);
	}
	expect(told).toContain('data: {"id":"first"}\n\n');
	looking.abort();
	await left;
});

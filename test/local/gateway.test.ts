import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterEach, expect, test } from "vitest";
import { type Gateway, openGateway } from "../../local/gateway/gateway.ts";
import { readRoute } from "../../local/gateway/routes.ts";
import type { Invoked } from "../../local/lambda/invoked.ts";

const opened: AsyncDisposable[] = [];
afterEach(async () => {
	for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
});

type Handler = (event: APIGatewayProxyEventV2) => unknown;

/** A gateway before one handler for all its routes; what it returns is the function's result. */
async function gatewayTo(
	handler: Handler,
	keys: string[] = ["$default"],
	timeoutMs = 5000,
): Promise<Gateway> {
	const gateway = await openGateway(0);
	opened.push(gateway);
	const invoke = async (event: unknown): Promise<Invoked> => ({
		payload:
			JSON.stringify(await handler(event as APIGatewayProxyEventV2)) ?? "null",
	});
	gateway.open(
		keys.map((key) => readRoute(key, { invoke, timeoutMs })),
		() => undefined,
	);
	return gateway;
}

async function eventOf(
	path: string,
	init: RequestInit = {},
	key = "$default",
): Promise<APIGatewayProxyEventV2> {
	const { url } = await gatewayTo((event) => event, [key]);
	const response = await fetch(url + path, init);
	return (await response.json()) as APIGatewayProxyEventV2;
}

test("a request reaches the function in payload format 2.0", async () => {
	const before = Date.now();
	const event = await eventOf(
		"/hooks/finbox/abc?a=1&a=2&b=%20",
		{
			method: "POST",
			headers: { "Content-Type": "application/json", "User-Agent": "FinBox/1" },
			body: '{"a":"ä"}',
		},
		"POST /hooks/finbox/{token}",
	);
	expect(event).toMatchObject({
		version: "2.0",
		routeKey: "POST /hooks/finbox/{token}",
		rawPath: "/hooks/finbox/abc",
		rawQueryString: "a=1&a=2&b=%20",
		queryStringParameters: { a: "1,2", b: " " },
		pathParameters: { token: "abc" },
		headers: {
			"content-type": "application/json",
			"content-length": "10",
			"user-agent": "FinBox/1",
			"x-forwarded-for": "127.0.0.1",
			"x-forwarded-proto": "http",
		},
		requestContext: {
			routeKey: "POST /hooks/finbox/{token}",
			stage: "$default",
			http: {
				method: "POST",
				path: "/hooks/finbox/abc",
				protocol: "HTTP/1.1",
				sourceIp: "127.0.0.1",
				userAgent: "FinBox/1",
			},
		},
		body: '{"a":"ä"}',
		isBase64Encoded: false,
	});
	const { time, timeEpoch } = event.requestContext;
	expect(timeEpoch).toBeGreaterThanOrEqual(before);
	expect(time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
});

test("what a request does not have, its event does not have", async () => {
	const event = await eventOf("/");
	for (const field of [
		"body",
		"cookies",
		"pathParameters",
		"queryStringParameters",
	])
		expect(event).not.toHaveProperty(field);
	expect(event.isBase64Encoded).toBe(false);
});

test.each([
	["application/json", false],
	["application/json; charset=utf-8", false],
	["Application/JSON", false],
	["text/plain", false],
	["application/xml", false],
	["application/javascript", false],
	["application/x-www-form-urlencoded", true],
	["application/cloudevents+json", true],
	["application/problem+json", true],
	["application/octet-stream", true],
	["", true],
])("a body of type %j comes in base64: %s", async (type, isBase64Encoded) => {
	const body = '{"a":1}';
	const event = await eventOf("/", {
		method: "POST",
		headers: { "content-type": type },
		body: Buffer.from(body),
	});
	expect(event.isBase64Encoded).toBe(isBase64Encoded);
	expect(event.body).toBe(isBase64Encoded ? btoa(body) : body);
});

test("headers that come several times are joined by commas, cookies stand apart", async () => {
	const { url } = await gatewayTo((event) => event);
	const { port } = new URL(url);
	const sent = request({ port, host: "127.0.0.1", path: "/" });
	sent.setHeader("X-One", ["a", "b"]);
	sent.setHeader("Cookie", "first=1; second=2");
	sent.end();
	const [response] = await new Promise<[import("node:http").IncomingMessage]>(
		(resolve) => sent.once("response", (response) => resolve([response])),
	);
	const event = JSON.parse(await text(response));
	expect(event.headers["x-one"]).toBe("a,b");
	expect(event.headers).not.toHaveProperty("cookie");
	expect(event.cookies).toEqual(["first=1", "second=2"]);
});

test("the path is decoded once", async () => {
	const event = await eventOf("/hooks/a%20b%2525", {}, "GET /hooks/{token}");
	expect(event.rawPath).toBe("/hooks/a b%25");
	expect(event.pathParameters).toEqual({ token: "a b%25" });
});

test("the most specific route answers, a literal before a placeholder, a method before any", async () => {
	const { url } = await gatewayTo(
		(event) => event.routeKey,
		[
			"$default",
			"ANY /{proxy+}",
			"ANY /hooks/{name}",
			"POST /hooks/{name}",
			"GET /hooks/finbox",
			"GET /hooks/{name}/{rest+}",
		],
	);
	const routeOf = async (path: string, method = "GET") =>
		await (await fetch(url + path, { method })).text();
	expect(await routeOf("/hooks/finbox")).toBe("GET /hooks/finbox");
	expect(await routeOf("/hooks/photon")).toBe("ANY /hooks/{name}");
	expect(await routeOf("/hooks/photon", "POST")).toBe("POST /hooks/{name}");
	expect(await routeOf("/hooks/a/b/c")).toBe("GET /hooks/{name}/{rest+}");
	expect(await routeOf("/else")).toBe("ANY /{proxy+}");
});

test.each([
	["another method", "DELETE", "/hooks/abc"],
	["another path", "POST", "/hook/abc"],
	["one segment too many", "POST", "/hooks/abc/d"],
	["an empty segment", "POST", "/hooks/"],
])("%s without a route is the gateway's own 404", async (_, method, path) => {
	const { url } = await gatewayTo(() => "never", ["POST /hooks/{token}"]);
	const response = await fetch(url + path, { method });
	expect(response.status).toBe(404);
	expect(await response.json()).toEqual({ message: "Not Found" });
});

test("a function's answer is the response: status, headers, cookies, bytes", async () => {
	const { url } = await gatewayTo(() => ({
		statusCode: 422,
		headers: { "X-Number": 3, "Content-Type": "application/problem+json" },
		cookies: ["a=1", "b=2"],
		body: Buffer.from([0, 255]).toString("base64"),
		isBase64Encoded: true,
	}));
	const response = await fetch(url);
	expect(response.status).toBe(422);
	expect(response.headers.get("x-number")).toBe("3");
	expect(response.headers.get("content-type")).toBe("application/problem+json");
	expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
	expect(new Uint8Array(await response.arrayBuffer())).toEqual(
		new Uint8Array([0, 255]),
	);
});

test("a result without a status is the body of a 200 in JSON", async () => {
	const { url } = await gatewayTo(() => ({ message: "hello" }));
	const response = await fetch(url);
	expect(response.status).toBe(200);
	expect(response.headers.get("content-type")).toBe("application/json");
	expect(await response.json()).toEqual({ message: "hello" });
});

test("HEAD is answered without the body", async () => {
	const { url } = await gatewayTo(() => ({ statusCode: 200, body: "hello" }));
	const response = await fetch(url, { method: "HEAD" });
	expect(response.headers.get("content-length")).toBe("5");
	expect(await response.text()).toBe("");
});

test.each<[string, number, Handler]>([
	["an answer nobody can read", 500, () => ({ statusCode: "what" })],
	[
		"an answer with an object for its body",
		500,
		() => ({ statusCode: 200, body: {} }),
	],
	["a handler that never ends", 503, () => new Promise(() => {})],
])("%s is the gateway's own %i", async (_, status, handler) => {
	const { url } = await gatewayTo(handler, ["$default"], 100);
	const response = await fetch(url);
	expect(response.status).toBe(status);
	expect(await response.json()).toEqual({
		message: status === 500 ? "Internal Server Error" : "Service Unavailable",
	});
});

test.each([
	["a function's error", "TypeError", 500, "Internal Server Error"],
	[
		"a request too large for Lambda",
		"RequestTooLargeException",
		413,
		"Request Too Long",
	],
])("%s is the gateway's own answer", async (_, errorType, status, message) => {
	const gateway = await openGateway(0);
	opened.push(gateway);
	const invoke = async () => ({ error: { errorType, errorMessage: "secret" } });
	gateway.open(
		[readRoute("$default", { invoke, timeoutMs: 1000 })],
		() => undefined,
	);
	const response = await fetch(gateway.url, { method: "POST" });
	expect(response.status).toBe(status);
	expect(await response.json()).toEqual({ message });
});

test("a body of ten megabytes passes, one byte more is the gateway's own 413", async () => {
	const { url } = await gatewayTo((event) => event.body?.length);
	const post = (length: number) =>
		fetch(url, {
			method: "POST",
			headers: { "content-type": "text/plain" },
			body: "x".repeat(length),
		});
	const limit = 10 * 1024 * 1024;
	expect(await (await post(limit)).json()).toBe(limit);
	const refused = await post(limit + 1);
	expect(refused.status).toBe(413);
	expect(await refused.json()).toEqual({ message: "Request Too Long" });
});

test("what was taken on is answered before the end", async () => {
	const begun = Promise.withResolvers<void>();
	const release = Promise.withResolvers<string>();
	const gateway = await gatewayTo(() => {
		begun.resolve();
		return release.promise;
	});
	const answer = fetch(gateway.url).then((response) => response.text());
	await begun.promise;
	const ended = gateway[Symbol.asyncDispose]();
	release.resolve("in time");
	expect(await answer).toBe("in time");
	await ended;
});

test("nobody beside this machine is listened to", async () => {
	const { url } = await gatewayTo(() => "hello");
	expect(new URL(url).hostname).toBe(
		"127.0.0.1" satisfies AddressInfo["address"],
	);
});

test("a connection is kept for longer than clients keep one that rests", async () => {
	const { url } = await gatewayTo(() => "");
	const { headers } = await fetch(url);
	expect(headers.get("keep-alive")).toBe("timeout=65");
});

import { once } from "node:events";
import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import type { Outgoing } from "../../functions/asking/url.ts";
import { openHttp } from "../../functions/aws/http.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function openServer(answer: Answer) {
	const server = createServer(answer);
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	return {
		url: new URL(`http://127.0.0.1:${port}/path`),
		[Symbol.dispose]() {
			server.closeAllConnections();
			server.close();
		},
	};
}

function outgoing(url: URL, parts: Partial<Outgoing> = {}): Outgoing {
	const bounds = { timeoutMs: 5000, maxBytes: 1000 };
	return { method: "GET", url, headers: {}, ...bounds, ...parts };
}

describe("the HTTP client", () => {
	test("sends what it is given and answers status, headers and text", async () => {
		const asked: unknown[] = [];
		using server = await openServer(async (request, response) => {
			const { method, url, headers } = request;
			const { "x-key": key, "content-length": length } = headers;
			asked.push([method, url, key, length, await text(request)]);
			response.writeHead(418, { "X-Left": "3", "set-cookie": ["a", "b"] });
			response.end('{"é":1}');
		});
		using client = openHttp();
		const headers = { "X-Key": "k" };
		const answer = await client.http(
			outgoing(server.url, { method: "POST", headers, body: "{é}" }),
		);
		expect(asked).toEqual([["POST", "/path", "k", "4", "{é}"]]);
		expect(answer).toMatchObject({
			status: 418,
			headers: { "x-left": "3", "set-cookie": "a, b" },
			text: '{"é":1}',
		});
	});

	test("says the length of an empty body, and sends none where there is none", async () => {
		const lengths: unknown[] = [];
		using server = await openServer(({ headers }, response) => {
			lengths.push([headers["content-length"], headers["transfer-encoding"]]);
			response.end();
		});
		using client = openHttp();
		await client.http(outgoing(server.url, { method: "POST", body: "" }));
		await client.http(outgoing(server.url));
		expect(lengths).toEqual([
			["0", undefined],
			[undefined, undefined],
		]);
	});

	test("follows no redirect: credentials stay where they were sent", async () => {
		const asked: string[] = [];
		using server = await openServer(({ url = "" }, response) => {
			asked.push(url);
			response.writeHead(302, { location: "/elsewhere" }).end();
		});
		using client = openHttp();
		const answer = await client.http(outgoing(server.url));
		expect(answer.status).toBe(302);
		expect(asked).toEqual(["/path"]);
	});

	const misbehaving: [string, string, Answer][] = [
		["never answers", "timeout", () => {}],
		[
			"answers a part and stalls",
			"timeout",
			(_, response) => {
				response.writeHead(200, { "content-length": "10" }).write("1");
			},
		],
		["closes at once", "connection", ({ socket }) => socket.resetAndDestroy()],
		[
			"closes in the middle of its answer",
			"connection",
			({ socket }, response) => {
				response.writeHead(200, { "content-length": "10" });
				response.write("1", () => socket.destroy());
			},
		],
		[
			"ends a chunked answer early",
			"connection",
			({ socket }, response) => {
				response.write("1", () => socket.end());
			},
		],
	];
	test.for(misbehaving)(
		"tells when a server %s",
		async ([, reason, answer]) => {
			using server = await openServer(answer);
			using client = openHttp();
			const timeoutMs = reason === "timeout" ? 100 : 5000;
			const sent = client.http(outgoing(server.url, { timeoutMs }));
			await expect(sent).rejects.toMatchObject({ name: "NoAnswer", reason });
		},
	);

	test("tells when nobody listens", async () => {
		const server = await openServer(() => {});
		server[Symbol.dispose]();
		using client = openHttp();
		await expect(client.http(outgoing(server.url))).rejects.toMatchObject({
			reason: "connection",
		});
	});

	test("reads as many bytes as it may, and not one more", async () => {
		using server = await openServer((_, response) => {
			response.end("x".repeat(1000));
		});
		using client = openHttp();
		const { text } = await client.http(outgoing(server.url));
		expect(text.length).toBe(1000);
		const sent = client.http(outgoing(server.url, { maxBytes: 999 }));
		await expect(sent).rejects.toMatchObject({ reason: "too large" });
	});

	test("does not wait for the end of an answer without end", async () => {
		const closed = Promise.withResolvers<void>();
		using server = await openServer((_, response) => {
			const pour = () => {
				while (response.write("x".repeat(10_000)));
			};
			response.on("drain", pour).on("close", () => closed.resolve());
			pour();
		});
		using client = openHttp();
		const sent = client.http(outgoing(server.url, { maxBytes: 50_000 }));
		await expect(sent).rejects.toMatchObject({ reason: "too large" });
		await closed.promise;
	});

	test("does not take a compressed answer, whose size it could not bound", async () => {
		using server = await openServer(({ headers }, response) => {
			response.end(headers["accept-encoding"]);
		});
		using client = openHttp();
		expect((await client.http(outgoing(server.url))).text).toBe("identity");
	});

	test("keeps its connection from request to request", async () => {
		const ports = new Set<number | undefined>();
		using server = await openServer(({ socket }, response) => {
			ports.add(socket.remotePort);
			response.end();
		});
		using client = openHttp();
		for (let time = 0; time < 5; time++)
			await client.http(outgoing(server.url));
		expect(ports.size).toBe(1);
	});

	test("sends nothing twice by itself: it may have been done, and each request is counted", async () => {
		const ports: (number | undefined)[] = [];
		using server = await openServer(({ socket }, response) => {
			ports.push(socket.remotePort);
			if (ports.length === 1) response.end();
			else socket.destroy();
		});
		using client = openHttp();
		const token = outgoing(server.url, { method: "POST", body: "refresh" });
		await client.http(token);
		await expect(client.http(token)).rejects.toMatchObject({
			reason: "connection",
		});
		expect(ports).toHaveLength(2);
		expect(ports[0]).toBe(ports[1]);
	});
});

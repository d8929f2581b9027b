import { once } from "node:events";
import {
	type AddressInfo,
	createServer,
	type Server,
	type Socket,
} from "node:net";
import * as tls from "node:tls";
import { Worker } from "node:worker_threads";
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	onTestFinished,
	test,
} from "vitest";
import { makeCertificate } from "../../bench/cloud/certificate.ts";
import { openExchange } from "../../functions/aws/exchange.ts";

const { key, certificate: cert } = makeCertificate();
const authorities = tls.getCACertificates();
beforeAll(() => tls.setDefaultCACertificates([cert]));
afterAll(() => tls.setDefaultCACertificates(authorities));

/** What a request gets as soon as its first byte is there. */
const answers = {
	whole: (socket: Socket) =>
		socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"),
	begun: (socket: Socket) => socket.write("HTTP/1.1 2", () => socket.destroy()),
	ended: (socket: Socket) => socket.end(),
	destroyed: (socket: Socket) => socket.destroy(),
};
type Answer = keyof typeof answers;

type Create = (take: (socket: Socket) => void) => Server;
const servers: [string, Create][] = [
	["http:", (take) => createServer(take)],
	["https:", (take) => tls.createServer({ key, cert }, take)],
];

/** A server that answers requests in turn and keeps the number of the connection on which each came, and an exchange with it. */
async function open(
	protocol: string,
	create: Create,
	turns: readonly Answer[],
	repeats = true,
) {
	const sockets: Socket[] = [];
	const cameOn: number[] = [];
	const server = create((socket) => {
		const number = sockets.push(socket);
		socket.on("error", () => {});
		socket.on("data", () => {
			const answer = answers[turns[cameOn.length] ?? "whole"];
			cameOn.push(number);
			answer(socket);
		});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	const exchange = openExchange({ maxSockets: 8, repeats });
	onTestFinished(() => exchange[Symbol.dispose]());
	const send = async () => {
		const { bytes } = await exchange.send(sent(protocol, port, "{}"));
		return bytes.toString();
	};
	return { cameOn, send };
}

function sent(protocol: string, port: number, body: string) {
	return {
		to: { protocol, hostname: "127.0.0.1", port, path: "/" },
		method: "POST",
		headers: { "content-length": String(body.length) },
		body,
		signal: AbortSignal.timeout(60_000),
		maxBytes: 1000,
	};
}

describe.each(servers)("an exchange by %s", (...by) => {
	test.each(["destroyed", "ended"] as const)(
		"sends again, on a fresh connection, what a kept one lost that was %s",
		async (end) => {
			const { cameOn, send } = await open(...by, ["whole", end]);
			await send();
			expect(await send()).toBe("ok");
			expect(cameOn).toEqual([1, 1, 2]);
			// the fresh one is kept in its turn
			await send();
			expect(cameOn).toEqual([1, 1, 2, 2]);
		},
	);

	test("trusts no other kept connection then", async () => {
		const { cameOn, send } = await open(...by, ["whole", "whole", "destroyed"]);
		await Promise.all([send(), send()]);
		expect(await send()).toBe("ok");
		expect(cameOn.at(-1)).toBe(3);
	});

	test("sends nothing again that a fresh connection lost", async () => {
		const { cameOn, send } = await open(...by, ["destroyed"]);
		await expect(send()).rejects.toMatchObject({ code: "ECONNRESET" });
		expect(cameOn).toEqual([1]);
	});

	test("sends nothing again whose answer had begun", async () => {
		const { cameOn, send } = await open(...by, ["whole", "begun"]);
		await send();
		await expect(send()).rejects.toMatchObject({ code: "ECONNRESET" });
		expect(cameOn).toEqual([1, 1]);
	});

	test("sends nothing a third time", async () => {
		const turns = ["whole", "destroyed", "destroyed"] as const;
		const { cameOn, send } = await open(...by, turns);
		await send();
		await expect(send()).rejects.toMatchObject({ code: "ECONNRESET" });
		expect(cameOn).toEqual([1, 1, 2]);
	});

	test("sends nothing again where nobody said that it may", async () => {
		const turns = ["whole", "destroyed"] as const;
		const { cameOn, send } = await open(...by, turns, false);
		await send();
		await expect(send()).rejects.toMatchObject({ code: "ECONNRESET" });
		expect(cameOn).toEqual([1, 1]);
	});
});

test("what is large and meets the end of its connection only as it is written is sent again too, as after a freeze", async () => {
	const gone = new Int32Array(new SharedArrayBuffer(4));
	const worker = new Worker(
		`const { parentPort, workerData: gone } = require("node:worker_threads");
		const server = require("node:http").createServer((request, response) =>
			request.resume().on("end", () => response.end("ok")));
		server.on("connection", (socket) => socket.on("close", () => {
			Atomics.store(gone, 0, 1);
			Atomics.notify(gone, 0);
		}));
		parentPort.on("message", () => server.closeAllConnections());
		server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`,
		{ eval: true, workerData: gone },
	);
	onTestFinished(async () => {
		await worker.terminate();
	});
	const [port] = await once(worker, "message");
	using exchange = openExchange({ maxSockets: 8, repeats: true });
	await exchange.send(sent("http:", port, "{}"));
	worker.postMessage("close");
	// this thread stands still meanwhile, and hears nothing of it
	Atomics.wait(gone, 0, 0);
	const large = "x".repeat(3_000_000);
	const { status } = await exchange.send(sent("http:", port, large));
	expect(status).toBe(200);
});

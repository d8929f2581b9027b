import dns from "node:dns";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Worker } from "node:worker_threads";
import * as fc from "fast-check";
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	onTestFinished,
	test,
	vi,
} from "vitest";
import type { Attributes } from "../../functions/aws/calls.ts";
import { withPatience } from "../../functions/aws/dynamodb.ts";
import * as sdk from "../../functions/aws/sdk/dynamodb.ts";
import { openDynamoDb } from "../../functions/aws/signed/dynamodb.ts";
import { openS3 } from "../../functions/aws/signed/s3.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { holds } from "../support/property.ts";
import { type Fault, openWire } from "../support/wire.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());
beforeEach(() => {
	vi.stubEnv("AWS_REGION", "us-east-1");
	vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
	vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
});
afterEach(() => {
	vi.unstubAllEnvs();
	vi.restoreAllMocks();
	vi.useRealTimers();
});

const signal = AbortSignal.timeout(60_000);
const key = { pk: { S: "a" }, sk: { S: "b" } };

async function openServer(answer: RequestListener): Promise<string> {
	const server = createServer(answer);
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("requests of our own", () => {
	test("write and read what the SDK writes and reads, to the byte", async () => {
		const TableName = await cloud.watchesTable();
		const ours = openDynamoDb();
		const theirs = sdk.openDynamoDb();
		const value = fc.oneof(
			fc.string({ unit: "binary" }).map((S) => ({ S })),
			fc.maxSafeInteger().map((n) => ({ N: String(n) })),
			fc.uint8Array({ minLength: 1 }).map((B) => ({ B })),
			fc.boolean().map((BOOL) => ({ BOOL })),
		);
		const name = fc.oneof(
			fc.constantFrom("B", "S", "Item", "__type"),
			fc.string({ minLength: 1, maxLength: 8, unit: "grapheme" }),
		);
		const item = fc.dictionary(name, value, { noNullPrototype: true });
		const property = fc.asyncProperty(item, async (attributes) => {
			const Item: Attributes = { ...attributes, ...key };
			for (const [writer, reader] of [
				[ours, theirs],
				[theirs, ours],
			] as const) {
				await writer.putItem({ TableName, Item }, signal);
				const read = await reader.getItem({ TableName, Key: key }, signal);
				expect(plain(read.Item)).toEqual(plain(Item));
			}
			const refused = await ours
				.putItem(
					{
						TableName,
						Item,
						ConditionExpression: "attribute_not_exists(pk)",
						ReturnValuesOnConditionCheckFailure: "ALL_OLD",
					},
					signal,
				)
				.catch((error) => error);
			expect(refused.name).toBe("ConditionalCheckFailedException");
			expect(plain(refused.Item)).toEqual(plain(Item));
		});
		await holds(property, { numRuns: 30 });
	});

	test("share a connection", async () => {
		const ports = new Set<number | undefined>();
		const url = await openServer(({ socket }, response) => {
			ports.add(socket.remotePort);
			response.end("{}");
		});
		const dynamodb = openDynamoDb(url);
		for (let time = 0; time < 5; time++)
			await dynamodb.getItem({ TableName: "t", Key: key }, signal);
		expect(ports.size).toBe(1);
	});

	test("are signed at the moment they are sent, with the credentials of that moment", async () => {
		vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-21T12:00Z") });
		const expired = {
			status: 400,
			code: "InvalidSignatureException",
			message:
				"Signature expired: 20261121T120000Z is now earlier than 20261121T120500Z (20261121T121000Z - 5 min.)",
		};
		const faults: Fault[] = [expired];
		await using wire = await openWire(cloud.endpoints.dynamodb, () => {
			// frozen, and thawed by another delivery
			vi.setSystemTime(new Date("2026-11-21T12:10Z"));
			vi.stubEnv("AWS_ACCESS_KEY_ID", "newer");
			vi.stubEnv("AWS_SESSION_TOKEN", "a session");
			return faults.shift();
		});
		const TableName = await cloud.watchesTable();
		const dynamodb = withPatience(openDynamoDb(wire.endpoint));
		await dynamodb.getItem({ TableName, Key: key });
		expect(
			wire.passed.map(({ headers }) => [
				headers["x-amz-date"],
				headers["x-amz-security-token"],
				headers.authorization?.replace(/,.*/, ""),
			]),
		).toEqual([
			[
				"20261121T120000Z",
				undefined,
				"AWS4-HMAC-SHA256 Credential=local/20261121/us-east-1/dynamodb/aws4_request",
			],
			[
				"20261121T121000Z",
				"a session",
				"AWS4-HMAC-SHA256 Credential=newer/20261121/us-east-1/dynamodb/aws4_request",
			],
		]);
	});

	test("wait a second for a connection, and no longer", async () => {
		// a server whose thread stands still: the system takes a few connections for it, and no more
		const worker = new Worker(
			`const { parentPort } = require("node:worker_threads");
			const server = require("node:net").createServer();
			server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
				parentPort.postMessage(server.address().port);
				Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
			});`,
			{ eval: true },
		);
		const [port] = await once(worker, "message");
		const taken = Array.from({ length: 8 }, () =>
			connect(port, "127.0.0.1").on("error", () => {}),
		);
		onTestFinished(async () => {
			for (const socket of taken) socket.destroy();
			await worker.terminate();
		});
		const dynamodb = openDynamoDb(`http://127.0.0.1:${port}`);
		const asked = dynamodb.getItem({ TableName: "t", Key: key }, signal);
		await expect(asked).rejects.toMatchObject({ code: "ETIMEDOUT" });
	});

	test("read no answer without end", async () => {
		const closed = Promise.withResolvers<void>();
		const url = await openServer((_, response) => {
			const pour = () => {
				while (response.write(" ".repeat(100_000)));
			};
			response.on("drain", pour).on("close", () => closed.resolve());
			pour();
		});
		const asked = openDynamoDb(url).getItem(
			{ TableName: "t", Key: key },
			signal,
		);
		await expect(asked).rejects.toMatchObject({ name: "TooLong" });
		await closed.promise;
	});

	test("ask below an endpoint's path, and S3 at the bucket's own host, where a certificate covers that", async () => {
		const paths: (string | undefined)[] = [];
		const url = await openServer(({ url }, response) => {
			paths.push(url);
			response.end();
		});
		const object = { bucket: "inbox-1", key: "toy/1", body: "{}" };
		vi.stubEnv("AWS_ENDPOINT_URL_S3", `${url}/below/`);
		await openS3().putObject(object, signal);
		expect(paths).toEqual(["/below/inbox-1/toy/1"]);

		vi.stubEnv("AWS_ENDPOINT_URL_S3", "");
		const hosts: string[] = [];
		vi.spyOn(dns, "lookup").mockImplementation(
			// @ts-expect-error one of its forms
			(host: string, _: unknown, done: (error: Error) => void) => {
				hosts.push(host);
				done(Object.assign(new Error("no network"), { code: "ENOTFOUND" }));
			},
		);
		for (const bucket of ["inbox-1", "in.box"])
			await expect(
				openS3().putObject({ ...object, bucket }, signal),
			).rejects.toThrow();
		expect(hosts).toEqual([
			"inbox-1.s3.us-east-1.amazonaws.com",
			"s3.us-east-1.amazonaws.com",
		]);
	});
});

/** Bytes as text, whatever holds them. */
function plain(item: Attributes | undefined): unknown {
	return Object.fromEntries(
		Object.entries(item ?? {}).map(([name, value]) => [
			name,
			value.B ? { B: Buffer.from(value.B).toString("hex") } : value,
		]),
	);
}

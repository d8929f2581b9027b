import { createHash, randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
	CreateBucketCommand,
	DeleteObjectCommand,
	GetObjectCommand,
	ListObjectsV2Command,
	S3Client,
} from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openFailures, openPayloads } from "../../functions/aws/payloads.ts";
import { clients } from "../support/clients.ts";
import { type Fault, openWire, type Wire } from "../support/wire.ts";

let fauxqs: FauxqsServer;
let wire: Wire;
let s3: S3Client;
let faults: (Fault | undefined)[] = [];
let made = 0;
const leftMs = 8000;

beforeAll(async () => {
	fauxqs = await startFauxqs({ port: 0, logger: false });
	wire = await openWire(`http://127.0.0.1:${fauxqs.port}`, () =>
		faults.shift(),
	);
	Object.assign(process.env, {
		AWS_REGION: "us-east-1",
		AWS_ACCESS_KEY_ID: "local",
		AWS_SECRET_ACCESS_KEY: "local",
		AWS_ENDPOINT_URL_S3: wire.endpoint,
	});
	s3 = new S3Client({});
});

afterEach(() => {
	faults = [];
});

afterAll(async () => {
	s3.destroy();
	await wire[Symbol.asyncDispose]();
	await fauxqs.stop();
});

async function makeBucket(): Promise<string> {
	const Bucket = `bucket-${++made}`;
	await s3.send(new CreateBucketCommand({ Bucket }));
	return Bucket;
}

async function keysIn(Bucket: string): Promise<(string | undefined)[]> {
	const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
	return Contents.map(({ Key }) => Key);
}

async function read(Bucket: string, Key: string): Promise<Uint8Array> {
	const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
	return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

const bytes = randomBytes(300 * 1024);
const digest = createHash("sha256").update(bytes).digest("hex");

const failure = {
	id: "event-1",
	day: "2026-11-21",
	reason: "InvalidMessageContents",
	record: {
		eventID: "1",
		eventName: "INSERT",
		dynamodb: { SequenceNumber: "100", NewImage: { id: { S: "event-1" } } },
	},
};

describe.each(clients)("by $by", (client) => {
	const open = (bucket: string) =>
		openPayloads({ bucket, provider: "finbox", s3: client.openS3() });

	test("keeps bytes under their provider and digest, and says where", async () => {
		const bucket = await makeBucket();
		const payloads = open(bucket);
		expect(await payloads.keep(bytes, leftMs)).toBe(
			`s3://${bucket}/finbox/${digest}`,
		);
		expect(Buffer.compare(await read(bucket, `finbox/${digest}`), bytes)).toBe(
			0,
		);
	});

	test("keeps the same bytes as one object and writes it every time", async () => {
		const bucket = await makeBucket();
		const payloads = open(bucket);
		await payloads.keep(bytes, leftMs);
		await s3.send(
			new DeleteObjectCommand({ Bucket: bucket, Key: `finbox/${digest}` }),
		);
		await payloads.keep(bytes, leftMs);
		await payloads.keep(bytes, leftMs);
		expect(await keysIn(bucket)).toEqual([`finbox/${digest}`]);
	});

	test("keeps four mebibytes", async () => {
		const bucket = await makeBucket();
		const large = randomBytes(4 * 1024 * 1024);
		await open(bucket).keep(large, leftMs);
		const [key = ""] = await keysIn(bucket);
		expect(Buffer.compare(await read(bucket, key), large)).toBe(0);
	});

	test.each<Fault>([
		"reset",
		"lost",
		"hang",
		{ status: 500, code: "InternalError" },
		{ status: 503, code: "SlowDown" },
	])("keeps bytes in spite of one passing failure: %j", async (fault) => {
		const bucket = await makeBucket();
		faults = [fault];
		await open(bucket).keep(bytes, leftMs);
		expect(await keysIn(bucket)).toEqual([`finbox/${digest}`]);
	});

	test("keeps bytes when an outage ends before the time is up", async () => {
		const bucket = await makeBucket();
		faults = Array<Fault>(7).fill("reset");
		await open(bucket).keep(bytes, leftMs);
		expect(await keysIn(bucket)).toEqual([`finbox/${digest}`]);
		expect(faults).toEqual([]);
	});

	test("a bucket that does not answer is an error within the time allowed", async () => {
		const bucket = await makeBucket();
		faults = ["hang", "hang", "hang", "hang"];
		const payloads = open(bucket);
		const tooLate = delay(30_000, "too late", { ref: false });
		const kept = Promise.race([payloads.keep(bytes, 300), tooLate]);
		await expect(kept).rejects.toThrow();
	});

	test("a bucket that is not there is an error", async () => {
		const payloads = open("nowhere");
		await expect(payloads.keep(bytes, leftMs)).rejects.toThrow();
	});

	test("a failure is filed under provider, day and event, with its whole record and the reason, however often it comes", async () => {
		const bucket = await makeBucket();
		const failures = openFailures({
			bucket,
			provider: "marosa",
			s3: client.openS3(),
		});
		const signal = AbortSignal.timeout(30_000);
		await failures.keep(failure, signal);
		await failures.keep(failure, signal);
		const key = "failures/marosa/2026-11-21/event-1";
		expect(await keysIn(bucket)).toEqual([key]);
		const { reason, record } = failure;
		expect(JSON.parse(Buffer.from(await read(bucket, key)).toString())).toEqual(
			{
				reason,
				record,
			},
		);
	});

	test("a failure is given up the moment its signal says so", async () => {
		const bucket = await makeBucket();
		faults = ["hang"];
		const failures = openFailures({
			bucket,
			provider: "marosa",
			s3: client.openS3(),
		});
		const signal = AbortSignal.timeout(100);
		await expect(failures.keep(failure, signal)).rejects.toThrow();
	});
});

import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
	GetObjectCommand,
	ListObjectsV2Command,
	S3Client,
} from "@aws-sdk/client-s3";
import {
	DeleteMessageCommand,
	GetQueueAttributesCommand,
	ReceiveMessageCommand,
	SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Addresses } from "../../local/addresses.ts";
import {
	type LocalCloud,
	type LocalCloudOptions,
	openLocalCloud,
} from "../../local/cloud.ts";
import { openSchedule, readRate } from "../../local/lambda/schedule.ts";
import type { Resource } from "../../local/template/template.ts";
import { engines } from "../support/cloud.ts";
import { temporaryFolder, writeAssembly } from "../support/local-app.ts";
import { queueOf, tableOf, tinyApp } from "../support/local-inbox.ts";

let folder: ReturnType<typeof temporaryFolder>;
let data: string;
beforeEach(() => {
	folder = temporaryFolder();
	data = join(folder.path, "data");
});
afterEach(() => folder[Symbol.dispose]());

function start(
	changes: Readonly<Record<string, Resource>> = {},
	options: Partial<LocalCloudOptions> = {},
): Promise<LocalCloud> {
	const assembly = writeAssembly(folder.path, tinyApp(changes));
	return openLocalCloud({ data, port: 0, assembly, ...options });
}

const access = ({ region, credentials }: Addresses) => ({
	region,
	credentials: { ...credentials },
});

function tiny({ addresses }: LocalCloud) {
	const own = addresses.providers.tiny;
	if (!own) throw new Error("The tiny provider is not in local.json.");
	return own;
}

async function post(cloud: LocalCloud, body: string): Promise<void> {
	const response = await fetch(tiny(cloud).webhook, {
		method: "POST",
		headers: { "content-type": "text/plain" },
		body,
	});
	expect([response.status, await response.text()]).toEqual([200, "taken"]);
}

/** The bodies of so many messages, as a consumer takes them off the queue. */
async function take(cloud: LocalCloud, count: number): Promise<string[]> {
	const { addresses } = cloud;
	const sqs = new SQSClient({
		...access(addresses),
		endpoint: addresses.endpoints.sqs,
	});
	const QueueUrl = tiny(cloud).queueUrl;
	const bodies: string[] = [];
	while (bodies.length < count) {
		const { Messages = [] } = await sqs.send(
			new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }),
		);
		for (const { Body = "", ReceiptHandle } of Messages) {
			bodies.push(Body);
			await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
		}
	}
	sqs.destroy();
	return bodies;
}

test("fifty posts at once are all answered and all forwarded", async () => {
	await using cloud = await start();
	const bodies = Array.from({ length: 50 }, (_, i) => `event-${i}`);
	await Promise.all(bodies.map((body) => post(cloud, body)));
	expect((await take(cloud, 50)).toSorted()).toEqual(bodies.toSorted());
});

test("local.json says where everything is while it runs, and only then", async () => {
	const file = join(data, "local.json");
	const cloud = await start();
	const addresses = JSON.parse(readFileSync(file, "utf8")) as Addresses;
	expect(addresses).toEqual(JSON.parse(JSON.stringify(cloud.addresses)));
	const { api, endpoints } = addresses;
	const { token } = JSON.parse(
		readFileSync(join(data, "secrets", "tiny.json"), "utf8"),
	);
	expect(addresses).toEqual({
		api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
		region: "us-east-1",
		credentials: { accessKeyId: "local", secretAccessKey: "local" },
		endpoints: {
			dynamodb: expect.stringMatching(/^http:/),
			sqs: expect.stringMatching(/^http:/),
			s3: endpoints.sqs,
			secretsmanager: expect.stringMatching(/^http:/),
			lambda: expect.stringMatching(/^http:/),
		},
		log: join(data, "log"),
		subjectKey: expect.stringMatching(/^[0-9a-f-]{36}$/),
		providers: {
			tiny: {
				webhook: `${api}/hooks/tiny/${token}`,
				queueUrl: `${endpoints.sqs}/000000000000/app-Queue.fifo`,
				deadLetterQueueUrl: `${endpoints.sqs}/000000000000/app-DeadLetterQueue.fifo`,
				inbox: "app-Inbox",
				poll: `${api}/_local/poll/tiny`,
				settings: join(data, "secrets", "tiny.json"),
				credentials: join(data, "secrets", "tiny.api.json"),
			},
		},
		parameters: {
			"/billhook/local/tiny": {
				api: addresses.api,
				tables: { inbox: "app-Inbox" },
			},
		},
	});
	await cloud[Symbol.asyncDispose]();
	expect(existsSync(file)).toBe(false);
});

test("a poll's address fires its schedule now, and answers what the run answered", async () => {
	await using cloud = await start();
	const poll = tiny(cloud).poll ?? "";
	const fired = await fetch(poll, { method: "POST" });
	expect(fired.status).toBe(200);
	expect(await fired.json()).toEqual({ requests: 0, settings: [] });
	writeFileSync(
		tiny(cloud).credentials ?? "",
		JSON.stringify({ apiUrl: "http://there" }),
	);
	const again = await fetch(poll, { method: "POST" });
	expect(await again.json()).toMatchObject({ settings: ["apiUrl"] });
	expect((await fetch(poll)).status).toBe(405);
	const unknown = await fetch(poll.replace("tiny", "huge"), { method: "POST" });
	expect(unknown.status).toBe(404);
});

test("a run that fails is said to have failed", async () => {
	await using cloud = await start({
		Schedule: {
			Type: "AWS::Scheduler::Schedule",
			Properties: {
				ScheduleExpression: "rate(5 minutes)",
				Target: {
					Arn: { "Fn::GetAtt": ["Poll", "Arn"] },
					Input: '{"fail":true}',
				},
			},
		},
	});
	const fired = await fetch(tiny(cloud).poll ?? "", { method: "POST" });
	expect(fired.status).toBe(502);
	expect(await fired.json()).toMatchObject({ errorMessage: "no" });
});

test("what the stream gives up on is in the bucket, where Lambda would put it, and holds up nothing", async () => {
	await using cloud = await start();
	const { addresses } = cloud;
	await post(cloud, "poison");
	await post(cloud, "behind");
	expect(await take(cloud, 1)).toEqual(["behind"]);
	const s3 = new S3Client({
		...access(addresses),
		endpoint: addresses.endpoints.s3,
		forcePathStyle: true,
	});
	const Bucket = "app-bucket";
	const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
	const [Key = "", ...others] = Contents.map(({ Key }) => Key);
	expect(others).toEqual([]);
	expect(Key).toMatch(
		/^aws\/lambda\/[0-9a-f-]{36}\/[^/]+\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
	);
	const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
	const report = JSON.parse((await Body?.transformToString()) ?? "");
	expect(report).toMatchObject({
		requestContext: { condition: "RetryAttemptsExhausted" },
		responseContext: { functionError: "Unhandled" },
		DDBStreamBatchInfo: { batchSize: 1 },
	});
	expect(JSON.parse(report.payload).Records[0].dynamodb.NewImage.pk.S).toBe(
		"poison",
	);
	s3.destroy();
});

test("a second start on the same folder is refused, until the first has ended", async () => {
	const first = await start();
	await expect(start()).rejects.toThrow(
		`Billhook is running on ${data} already (process ${process.pid})`,
	);
	expect(existsSync(join(data, "local.json"))).toBe(true);
	await first[Symbol.asyncDispose]();
	await (await start())[Symbol.asyncDispose]();
});

test("a port that is taken is named, with the way to choose another", async () => {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	const port = typeof address === "object" ? (address?.port ?? 0) : 0;
	await expect(start({}, { port })).rejects.toThrow(
		`Port ${port} is taken. Choose another: BILLHOOK_PORT=`,
	);
	server.close();
});

const attributes = (...names: string[]) =>
	names.map((AttributeName) => ({ AttributeName, AttributeType: "S" }));

const byHour = {
	IndexName: "by-hour",
	KeySchema: [{ AttributeName: "hour", KeyType: "HASH" }],
	Projection: { ProjectionType: "ALL" },
};

test.each(engines)(
	"on %s what is posted is on the queue, and survives an end and a template that has grown",
	async (dynamodb) => {
		const before = await start({}, { dynamodb });
		await post(before, "a");
		expect(await take(before, 1)).toEqual(["a"]);
		await post(before, "b");
		await before[Symbol.asyncDispose]();
		await using after = await start(
			{
				Inbox: tableOf({
					AttributeDefinitions: attributes("pk", "hour"),
					GlobalSecondaryIndexes: [byHour],
				}),
				Watches: tableOf(),
				DeadLetterQueue: queueOf({ VisibilityTimeout: 30 }),
			},
			{ dynamodb },
		);
		const { addresses } = after;
		expect(addresses.endpoints).toEqual(before.addresses.endpoints);
		expect(tiny(after).webhook.split("/").at(-1)).toBe(
			tiny(before).webhook.split("/").at(-1),
		);
		const client = new DynamoDBClient({
			...access(addresses),
			endpoint: addresses.endpoints.dynamodb,
		});
		const { Table } = await client.send(
			new DescribeTableCommand({ TableName: "app-Inbox" }),
		);
		client.destroy();
		expect(Table?.GlobalSecondaryIndexes).toMatchObject([
			{ IndexName: "by-hour" },
		]);
		const sqs = new SQSClient({
			...access(addresses),
			endpoint: addresses.endpoints.sqs,
		});
		const { Attributes } = await sqs.send(
			new GetQueueAttributesCommand({
				QueueUrl: tiny(after).deadLetterQueueUrl,
				AttributeNames: ["All"],
			}),
		);
		sqs.destroy();
		expect(Attributes).toMatchObject({ VisibilityTimeout: "30" });
		await post(after, "c");
		expect(await take(after, 2)).toEqual(["b", "c"]);
	},
);

test("a template that old tables cannot follow says how to start afresh, which keeps the settings", async () => {
	const before = await start();
	const { webhook } = tiny(before);
	await post(before, "a");
	await before[Symbol.asyncDispose]();
	const changed = {
		Inbox: tableOf({
			AttributeDefinitions: attributes("pk", "sk"),
			KeySchema: [
				{ AttributeName: "pk", KeyType: "HASH" },
				{ AttributeName: "sk", KeyType: "RANGE" },
			],
		}),
	};
	await expect(start(changed)).rejects.toThrow(/table Inbox.*--fresh/);
	await using after = await start({}, { fresh: true });
	expect(tiny(after).webhook.split("/").at(-1)).toBe(webhook.split("/").at(-1));
	// the log stays, too, and with it what its hashes are made with
	expect(after.addresses.subjectKey).toBe(before.addresses.subjectKey);
	await post(after, "b");
	expect(await take(after, 1)).toEqual(["b"]);
});

test.each([
	["rate(1 minute)", 60],
	["rate(5 minutes)", 300],
	["rate(2 hours)", 7200],
	["rate(1 day)", 86_400],
])("%s is every %i seconds", (expression, seconds) => {
	expect(readRate(expression)).toBe(seconds);
});

test("a schedule runs at its rate, but never again before its last run has ended", async () => {
	vi.useFakeTimers();
	try {
		const runs: (() => void)[] = [];
		using _ = openSchedule(
			"rate(1 minute)",
			() => new Promise<void>((resolve) => runs.push(resolve)),
		);
		await vi.advanceTimersByTimeAsync(59_999);
		expect(runs).toHaveLength(0);
		await vi.advanceTimersByTimeAsync(1);
		expect(runs).toHaveLength(1);
		await vi.advanceTimersByTimeAsync(180_000);
		expect(runs).toHaveLength(1);
		runs[0]?.();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(runs).toHaveLength(2);
	} finally {
		vi.useRealTimers();
	}
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
	ChangeMessageVisibilityCommand,
	DeleteMessageCommand,
	ReceiveMessageCommand,
	SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import type {
	Context,
	SQSBatchResponse,
	SQSEvent,
	SQSHandler,
	SQSRecordAttributes,
} from "aws-lambda";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Consumer } from "../examples/consumer/consumer.ts";
import type { BillhookEvent, UnknownEvent } from "../functions/events.ts";
import { providers } from "../functions/providers.ts";
import { Billhook } from "../infra/billhook.ts";
import { type Cloud, openCloud } from "./support/cloud.ts";
import { messagesOf } from "./support/messages.ts";

let cloud: Cloud;
let messages: string[];
let queue: string;
let example: typeof import("../examples/consumer/handler.ts");

beforeAll(async () => {
	cloud = await openCloud();
	messages = (
		await Promise.all(providers.map((provider) => messagesOf(cloud, provider)))
	).flat();
	process.env.IDEMPOTENCY_TABLE = "consumed";
	process.env.AWS_LAMBDA_FUNCTION_NAME = "consumer";
	await cloud.dynamodb.send(
		new CreateTableCommand({
			TableName: "consumed",
			KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
			AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
			BillingMode: "PAY_PER_REQUEST",
		}),
	);
	example = await import("../examples/consumer/handler.ts");
});
afterAll(() => cloud[Symbol.asyncDispose]());
beforeEach(async () => {
	queue = await cloud.queue();
});

const context = {
	functionName: "consumer",
	awsRequestId: "1",
	getRemainingTimeInMillis: () => 30_000,
} as Context;

let sent = 0;

async function send(body: string): Promise<void> {
	await cloud.sqs.send(
		new SendMessageCommand({
			QueueUrl: queue,
			MessageBody: body,
			MessageGroupId: JSON.parse(body).partitionkey,
			MessageDeduplicationId: `${++sent}`,
		}),
	);
}

/** What Lambda does with a FIFO queue: hands over a batch, deletes what did not fail; answers whether anything came. */
async function deliver(handler: SQSHandler): Promise<boolean> {
	const { Messages = [] } = await cloud.sqs.send(
		new ReceiveMessageCommand({
			QueueUrl: queue,
			MaxNumberOfMessages: 10,
			MessageSystemAttributeNames: ["All"],
		}),
	);
	if (Messages.length === 0) return false;
	const Records = Messages.map((message) => ({
		messageId: message.MessageId ?? "",
		receiptHandle: message.ReceiptHandle ?? "",
		body: message.Body ?? "",
		attributes: message.Attributes as unknown as SQSRecordAttributes,
		messageAttributes: {},
		md5OfBody: message.MD5OfBody ?? "",
		eventSource: "aws:sqs",
		eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:queue.fifo",
		awsRegion: "us-east-1",
	}));
	const { batchItemFailures } = await invoke(handler, { Records });
	const failed = new Set(
		batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
	);
	for (const { MessageId, ReceiptHandle } of Messages) {
		const message = { QueueUrl: queue, ReceiptHandle };
		if (failed.has(MessageId ?? ""))
			await cloud.sqs.send(
				new ChangeMessageVisibilityCommand({
					...message,
					VisibilityTimeout: 0,
				}),
			);
		else await cloud.sqs.send(new DeleteMessageCommand(message));
	}
	return true;
}

async function invoke(
	handler: SQSHandler,
	event: SQSEvent,
): Promise<SQSBatchResponse> {
	return (await handler(event, context, () => {})) as SQSBatchResponse;
}

/** Hands the queue over until it is empty. */
async function drain(handler: SQSHandler): Promise<void> {
	while (await deliver(handler));
}

/** The ids of what a consumer took, in its order. */
function taker(fail: (event: Taken) => boolean = () => false) {
	const taken: Taken[] = [];
	const handler = example.consume(async (event) => {
		if (fail(event)) throw new Error("the ledger is closed");
		taken.push(event);
	});
	return { taken, handler };
}

type Taken = BillhookEvent | UnknownEvent;

function renamed(message: string, id: string, more: object = {}): string {
	return JSON.stringify({ ...JSON.parse(message), id, ...more });
}

test("the example takes every event of every provider", async () => {
	for (const message of messages) await send(message);
	await drain(example.handler);
	expect(await deliver(example.handler)).toBe(false);
});

test("an event that the queue brings again is taken once", async () => {
	const [message = ""] = messages;
	const ids = ["again-1", "again-2"];
	for (const id of [...ids, ...ids, ...ids]) await send(renamed(message, id));
	const { taken, handler } = taker();
	await drain(handler);
	await send(renamed(message, "again-1"));
	await drain(handler);
	expect(taken.map(({ id }) => id)).toEqual(ids);
});

test("a state that comes late is history, and one that failed is not", async () => {
	const [message = ""] = messages;
	const lane = { lane: "payment", partitionkey: "late" };
	const told = [2, 1, 3, 3, 2].map((place, index) =>
		renamed(message, `late-${index}`, {
			...lane,
			sequence: `00000000000000${place}-000000000001`,
		}),
	);
	const elsewhere = renamed(message, "late-elsewhere", {
		lane: "other",
		partitionkey: "late",
		sequence: "000000000000001-000000000001",
	});
	for (const each of [...told, elsewhere]) await send(each);
	// a batch in which nothing succeeds is reported another way
	for (const [index] of told.entries())
		await send(renamed(message, `beside-${index}`, { partitionkey: "beside" }));
	const seen: string[] = [];
	let fails = true;
	const handler = example.consume(async ({ id }, { isHistory }) => {
		if (id === "late-2" && fails) {
			fails = false;
			throw new Error("the ledger is closed");
		}
		if (!id.startsWith("beside"))
			seen.push(`${id}${isHistory ? " is history" : ""}`);
	});
	await drain(handler);
	expect(seen).toEqual([
		"late-0",
		"late-1 is history",
		"late-2",
		"late-3",
		"late-4 is history",
		"late-elsewhere",
	]);
});

test("one that fails comes again, before its subject's next, and no other subject waits", async () => {
	const [message = ""] = messages;
	const one = { partitionkey: "one" };
	const other = { partitionkey: "other" };
	await send(renamed(message, "one-1", one));
	await send(renamed(message, "one-2", one));
	await send(renamed(message, "other-1", other));
	let open = false;
	const { taken, handler } = taker(({ id }) => id === "one-1" && !open);
	await deliver(handler);
	expect(taken.map(({ id }) => id)).toEqual(["other-1"]);
	open = true;
	await drain(handler);
	expect(taken.map(({ id }) => id)).toEqual(["other-1", "one-1", "one-2"]);
});

test("a large event comes with its data from the bucket", async () => {
	const bucket = await cloud.bucket();
	const { data, ...event } = JSON.parse(messages[0] ?? "");
	const Key = `${event.source.split("/").at(-1)}/0123`;
	await cloud.s3.send(
		new PutObjectCommand({ Bucket: bucket, Key, Body: JSON.stringify(data) }),
	);
	const dataref = `s3://${bucket}/${Key}`;
	await send(JSON.stringify({ ...event, id: "large", dataref }));
	const { taken, handler } = taker();
	await drain(handler);
	expect(taken).toEqual([{ ...event, id: "large", dataref, data }]);
});

test("what is not an event goes the way of a failure", async () => {
	const [message = ""] = messages;
	await send(renamed(message, "unreadable", { time: "yesterday" }));
	const { taken, handler } = taker();
	await expect(deliver(handler)).rejects.toThrow();
	expect(taken).toEqual([]);
});

test("the example's construct puts it on the queue, each message failing by itself", () => {
	const outdir = mkdtempSync(join(tmpdir(), "billhook-consumer-"));
	const unbundled = { "aws:cdk:bundling-stacks": [] };
	const stack = new Stack(new App({ outdir, context: unbundled }), "Mine");
	const provider = providers[0]?.name ?? "";
	const billhook = new Billhook(stack, "Billhook", {
		stage: "dev",
		providers: { [provider]: {} },
	});
	new Consumer(stack, "Consumer", { billhook, provider });
	const template = Template.fromStack(stack);
	rmSync(outdir, { recursive: true });
	template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
		EventSourceArn: stack.resolve(billhook.queue(provider).queueArn),
		FunctionResponseTypes: ["ReportBatchItemFailures"],
	});
	const bodies = stack.resolve(billhook.bucket.arnForObjects(`${provider}/*`));
	template.hasResourceProperties("AWS::IAM::Policy", {
		PolicyDocument: {
			Statement: Match.arrayWith([
				Match.objectLike({ Action: "s3:GetObject", Resource: bodies }),
			]),
		},
	});
});

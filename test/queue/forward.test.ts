import { gzipSync } from "node:zlib";
import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { openFailures } from "../../functions/aws/payloads.ts";
import { openQueue } from "../../functions/aws/queue.ts";
import {
	type Destination,
	type Failure,
	forward,
	type StreamRecord,
} from "../../functions/queue/forward.ts";
import {
	type Message,
	maxRequestBytes,
} from "../../functions/queue/message.ts";
import { engines, openCloud } from "../support/cloud.ts";
import { streamed } from "../support/way-out.ts";

const zipped = (text: string) => ({ B: gzipSync(text).toString("base64") });

/** A destination in which nothing fails, and what came out of it. */
function open(): Destination & { requests: Message[][]; kept: Failure[] } {
	const requests: Message[][] = [];
	const kept: Failure[] = [];
	return {
		requests,
		kept,
		queue: {
			async send(messages) {
				requests.push([...messages]);
				return messages.map(() => ({ outcome: "sent" as const }));
			},
		},
		failures: {
			async keep(failure) {
				kept.push(failure);
			},
		},
		now: new Date("2026-11-21T13:00:00Z"),
		signal: new AbortController().signal,
		async pause() {},
	};
}

test("hands on inserted events and nothing else, in stream order", async () => {
	const destination = open();
	const { sent, failed, held } = await forward(
		[
			streamed({ id: "c" }),
			streamed({ id: "claim", kind: "claim" }),
			streamed({ id: "a" }),
			streamed({ id: "renewed", eventName: "MODIFY" }),
			streamed({ id: "odd", kind: "quarantine" }),
			streamed({ id: "expired", eventName: "REMOVE" }),
			streamed({ id: "b" }),
		],
		destination,
	);
	expect(sent.map(({ id }) => id)).toEqual(["c", "a", "b"]);
	expect(destination.requests.flat().map(({ id }) => id)).toEqual([
		"c",
		"a",
		"b",
	]);
	expect({ failed, held }).toEqual({ failed: [], held: undefined });
});

test("the envelope is the message, whether it was kept as text or compressed", async () => {
	const destination = open();
	const text = '{ "id":"x",  "amount": 0.10, "name": "Ærø" }';
	await forward(
		[
			streamed({ id: "plain", envelope: { S: text } }),
			streamed({ id: "zipped", group: "1", envelope: zipped(text) }),
		],
		destination,
	);
	expect(destination.requests.flat().map(({ body }) => body)).toEqual([
		text,
		text,
	]);
});

const unreadable: Record<string, StreamRecord> = {
	"not gzip": streamed({ id: "a", envelope: { B: "AAAA" } }),
	"gzip cut short": streamed({
		id: "a",
		envelope: {
			B: gzipSync("{}".repeat(999)).subarray(0, 20).toString("base64"),
		},
	}),
	"gzip of something that is not UTF-8": streamed({
		id: "a",
		envelope: { B: gzipSync(Buffer.from([0xff, 0xfe])).toString("base64") },
	}),
	"gzip that swells beyond any message": streamed({
		id: "a",
		envelope: zipped("x".repeat(maxRequestBytes + 1)),
	}),
	"an empty envelope": streamed({ id: "a", envelope: { S: "" } }),
	"a group that SQS cannot name": streamed({ id: "a", group: "é".repeat(9) }),
	"too large": streamed({
		id: "a",
		envelope: { S: "x".repeat(maxRequestBytes) },
	}),
};

test.each(Object.keys(unreadable))(
	"a record that cannot become a message is kept whole and holds up nothing: %s",
	async (name) => {
		const destination = open();
		const bad = unreadable[name] as StreamRecord;
		const { sent, failed, held } = await forward(
			[streamed({ id: "before" }), bad, streamed({ id: "after" })],
			destination,
		);
		expect(sent.map(({ id }) => id)).toEqual(["before", "after"]);
		expect(failed.map(({ id }) => id)).toEqual(["a"]);
		expect(held).toBeUndefined();
		expect(destination.kept).toMatchObject([
			{ id: "a", day: "2026-11-20", record: bad },
		]);
	},
);

test("a record without any name of its own is kept too, under the same name each time", async () => {
	const destination = open();
	const nameless: StreamRecord = {
		eventName: "INSERT",
		dynamodb: { NewImage: { kind: { S: "event" } } },
	};
	const other: StreamRecord = {
		eventName: "INSERT",
		dynamodb: { NewImage: { kind: { S: "event" }, id: { S: "\n" } } },
	};
	await forward([nameless, other], destination);
	await forward([nameless, other], destination);
	const names = destination.kept.map(({ id }) => id);
	expect(names.slice(2)).toEqual(names.slice(0, 2));
	expect(new Set(names).size).toBe(2);
	expect(destination.kept[0]?.day).toBe("2026-11-21");
});

/** A queue that answers only when told, and which requests are under way. */
function openSlowQueue() {
	const underWay: { ids: string[]; answer(sent: boolean): Promise<void> }[] =
		[];
	const queue: Destination["queue"] = {
		send: (messages) =>
			new Promise((resolve) => {
				const request = {
					ids: messages.map(({ id }) => id),
					async answer(sent: boolean) {
						underWay.splice(underWay.indexOf(request), 1);
						resolve(
							messages.map(() =>
								sent
									? { outcome: "sent" as const }
									: { outcome: "passing" as const, reason: "later" },
							),
						);
						await settled();
					},
				};
				underWay.push(request);
			}),
	};
	return { queue, underWay, shown: () => underWay.map(({ ids }) => ids[0]) };
}

/** Everything that was waiting for a promise has gone on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const tens = (count: number) =>
	Array.from({ length: count * 10 }, (_, index) =>
		streamed({ id: `event-${index}`, sequenceNumber: index }),
	);

test("the first request goes alone; once it is taken, eight are under way at a time", async () => {
	const { queue, underWay, shown } = openSlowQueue();
	const forwarding = forward(tens(11), { ...open(), queue });
	await settled();
	expect(shown()).toEqual(["event-0"]);
	await underWay[0]?.answer(true);
	expect(shown()).toEqual(
		[10, 20, 30, 40, 50, 60, 70, 80].map((n) => `event-${n}`),
	);
	await underWay[3]?.answer(true);
	expect(shown()).toHaveLength(8);
	expect(shown().at(-1)).toBe("event-90");
	while (underWay.length > 0) await underWay[0]?.answer(true);
	expect((await forwarding).sent).toHaveLength(110);
});

test("two requests with a message of one group are never under way together", async () => {
	const { queue, underWay, shown } = openSlowQueue();
	const records = ["a", "b", "a", "c", "d", "c"].map((group, index) =>
		streamed({ id: `${group}${index}`, group, sequenceNumber: index }),
	);
	const forwarding = forward(records, { ...open(), queue });
	await settled();
	expect(underWay.map(({ ids }) => ids)).toEqual([["a0", "b1"]]);
	await underWay[0]?.answer(true);
	expect(underWay.map(({ ids }) => ids)).toEqual([["a2", "c3", "d4"]]);
	await underWay[0]?.answer(true);
	expect(shown()).toEqual(["c5"]);
	await underWay[0]?.answer(true);
	expect((await forwarding).sent).toHaveLength(6);
});

test("after a fault nothing new starts, what is under way is awaited, and the head goes alone until it is taken", async () => {
	const { queue, underWay, shown } = openSlowQueue();
	const forwarding = forward(tens(12), { ...open(), queue });
	await settled();
	await underWay[0]?.answer(true);
	await underWay[0]?.answer(false);
	expect(shown()).toEqual(
		[20, 30, 40, 50, 60, 70, 80].map((n) => `event-${n}`),
	);
	for (const request of [...underWay]) await request.answer(true);
	expect(shown()).toEqual(["event-10"]);
	await underWay[0]?.answer(false);
	expect(shown()).toEqual(["event-10"]);
	await underWay[0]?.answer(true);
	expect(shown()).toEqual(["event-90", "event-100", "event-110"]);
	while (underWay.length > 0) await underWay[0]?.answer(true);
	expect((await forwarding).sent).toHaveLength(120);
});

test.each(engines)(
	"what is written to the inbox comes out of the queue: %s",
	async (engine) => {
		await using cloud = await openCloud({ engine });
		const [table, url, bucket] = await Promise.all([
			cloud.inboxTable(),
			cloud.queue(),
			cloud.bucket(),
		]);
		const texts = ["short \u{1f600}", "long \ufffe ".repeat(200)].map((name) =>
			JSON.stringify({ name }),
		);
		for (const [index, text] of texts.entries()) {
			const envelope = text.length > 1024 ? { B: gzipSync(text) } : { S: text };
			const Item: Record<string, AttributeValue> = {
				pk: { S: `${index}`.repeat(64) },
				sk: { S: "once#1" },
				kind: { S: "event" },
				id: { S: `event-${index}` },
				type: { S: "photon.document.processed" },
				via: { S: "poll" },
				expires: { N: "1" },
				envelope,
			};
			await cloud.dynamodb.send(new PutItemCommand({ TableName: table, Item }));
		}
		const records = (await cloud.stream(table)).map(asLambdaBringsIt);
		const { sent } = await forward(records, {
			...open(),
			queue: openQueue({ url }),
			failures: openFailures({ bucket, provider: "photon" }),
			signal: AbortSignal.timeout(10_000),
		});
		expect(sent).toHaveLength(2);
		const { Messages = [] } = await cloud.sqs.send(
			new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
		);
		expect(Messages.map(({ Body = "" }) => JSON.parse(Body))).toEqual(
			texts.map((text) => JSON.parse(text)),
		);
	},
);

type Streamed = Awaited<
	ReturnType<Awaited<ReturnType<typeof openCloud>>["stream"]>
>[number];

function asLambdaBringsIt({
	eventID,
	eventName,
	dynamodb,
}: Streamed): StreamRecord {
	const NewImage = Object.fromEntries(
		Object.entries(dynamodb?.NewImage ?? {}).map(([name, { S, B }]) => [
			name,
			B ? { B: Buffer.from(B).toString("base64") } : { S },
		]),
	);
	const { SequenceNumber } = dynamodb ?? {};
	return { eventID, eventName, dynamodb: { SequenceNumber, NewImage } };
}

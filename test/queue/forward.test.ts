import { expect, test } from "vitest";
import { pack } from "../../functions/inbox/envelope.ts";
import { maxMessageBytes } from "../../functions/inbox/event.ts";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";
import {
	type Destination,
	type Failure,
	forward,
	type StreamRecord,
} from "../../functions/queue/forward.ts";
import type { Message } from "../../functions/queue/message.ts";
import { streamed } from "../support/way-out.ts";

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

test("hands on the message as it is stored, with what a consumer filters by", async () => {
	const destination = open();
	const traceparent = newTraceparent();
	const message = `{"id":"x","traceparent":"${traceparent}","name":"\\ud83d \\"","data":{ "amount": 0.10, "traceparent":"y","name": "Ærø"}}`;
	const { sent } = await forward([streamed({ id: "x", message })], destination);
	const type = "finbox.extraction.completed";
	expect(destination.requests.flat()).toMatchObject([
		{ body: message, attributes: { type, via: "webhook", traceparent } },
	]);
	expect(sent).toEqual([{ id: "x", type, pk: "x", traceparent }]);
});

const known = {
	pk: "a",
	id: "a",
	type: "finbox.extraction.completed",
	via: "webhook",
	at: "2026-11-20T23:59:59.999Z",
};
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const packed = base64(pack("{}".repeat(999), known));

const unreadable: Record<string, StreamRecord> = {
	"not compressed": streamed({ id: "a", envelope: { B: "AAAA" } }),
	"no base64": streamed({ id: "a", envelope: { B: "é" } }),
	"cut short": streamed({ id: "a", envelope: { B: packed.slice(0, 16) } }),
	"another event's envelope": streamed({
		id: "a",
		envelope: { B: base64(pack("{}", { ...known, id: "b" })) },
	}),
	"something that is not JSON": streamed({ id: "a", message: "x" }),
	"something that swells beyond any message": streamed({
		id: "a",
		message: `{"data":"${"x".repeat(maxMessageBytes)}"}`,
	}),
	"an empty envelope": streamed({ id: "a", envelope: { B: "" } }),
	"a text": streamed({ id: "a", envelope: { S: "{}" } }),
	"a group that SQS cannot name": streamed({ id: "a", group: "é".repeat(9) }),
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

test("unpacks large messages only a few ahead of their sending", async () => {
	const destination = open();
	const message = `{"data":"${"x".repeat(maxMessageBytes - 100)}"}`;
	const ids = Array.from({ length: 30 }, (_, index) => `large-${index}`);
	let unpacked = 0;
	const records = ids.map((id) => {
		const record = streamed({ id, message });
		const envelope: { B?: string } = record.dynamodb?.NewImage?.e ?? {};
		const { B } = envelope;
		const get = () => {
			unpacked++;
			return B;
		};
		Object.defineProperty(envelope, "B", { get });
		return record;
	});
	const ahead: number[] = [];
	const { queue } = destination;
	const { sent } = await forward(records, {
		...destination,
		queue: {
			send(messages, signal) {
				ahead.push(unpacked - destination.requests.length);
				return queue.send(messages, signal);
			},
		},
	});
	expect(sent.map(({ id }) => id)).toEqual(ids);
	expect(Math.max(...ahead)).toBeLessThan(12);
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

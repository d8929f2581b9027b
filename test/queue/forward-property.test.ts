import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFailures } from "../../functions/aws/payloads.ts";
import { openQueue } from "../../functions/aws/queue.ts";
import { openS3 } from "../../functions/aws/sdk/s3.ts";
import { forward, type StreamRecord } from "../../functions/queue/forward.ts";
import { holds } from "../support/property.ts";
import {
	isToQueue,
	openWayOut,
	streamed,
	type WayOut,
} from "../support/way-out.ts";
import type { Fault, Passing } from "../support/wire.ts";

let wayOut: WayOut;

beforeAll(async () => {
	wayOut = await openWayOut();
});

afterAll(async () => {
	await wayOut[Symbol.asyncDispose]();
});

type Kind = "event" | "poisoned" | "unreadable" | "claim" | "renewal";

interface Written {
	kind: Kind;
	group: string;
	large: boolean;
}

const seldom = fc.oneof(
	{ arbitrary: fc.constant(false), weight: 12 },
	{ arbitrary: fc.constant(true), weight: 1 },
);
const written: fc.Arbitrary<Written> = fc.record({
	kind: fc.oneof(
		{ arbitrary: fc.constant<Kind>("event"), weight: 4 },
		fc.constantFrom<Kind>("poisoned", "unreadable", "claim", "renewal"),
	),
	group: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"),
	large: seldom,
});

/** The messages at these places of a request fail. */
interface Partial {
	places: number[];
}

const fault: fc.Arbitrary<Fault | Partial | undefined> = fc.oneof(
	fc.constant(undefined),
	fc.constantFrom<Fault>(
		{ status: 500, code: "InternalFailure" },
		{ status: 503 },
		{ status: 400, code: "RequestThrottled" },
		{ status: 403, code: "AccessDeniedException" },
		{ status: 200, text: "<html></html>" },
		"reset",
		"lost",
		"stall",
		"hang",
	),
	fc.record({ places: fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }) }),
);

const script = fc.record({
	records: fc.array(written, { minLength: 1, maxLength: 40, size: "max" }),
	faults: fc.array(fault, { maxLength: 25, size: "max" }),
	batch: fc.integer({ min: 1, max: 40 }),
	patience: fc.integer({ min: 1, max: 4 }),
});

function toRecord({ kind, group, large }: Written, index: number) {
	// SQS refuses the control character for good
	const pad = kind === "poisoned" ? "\u0001" : "x".repeat(large ? 400_000 : 1);
	return streamed({
		id: `event-${index}`,
		sequenceNumber: index,
		group,
		kind: kind === "claim" ? "claim" : "event",
		eventName: kind === "renewal" ? "MODIFY" : "INSERT",
		message: `{"id":"event-${index}","data":"${pad}"}`,
		envelope: kind === "unreadable" ? { B: "AAAA" } : undefined,
	});
}

/** Turns a script's fault into one that this request can have. */
function suit(
	fault: Fault | Partial | undefined,
	request: Passing,
): Fault | undefined {
	const worded = typeof fault === "object" && !("code" in fault);
	if (!isToQueue(request))
		return worded ? { status: 500, code: "InternalError" } : fault;
	if (typeof fault !== "object" || !("places" in fault)) return fault;
	const failed = { code: "InternalError", senderFault: false };
	const ids = fault.places.flatMap((place) => request.ids[place] ?? []);
	return { entries: Object.fromEntries(ids.map((id) => [id, failed])) };
}

/** Hands a stream on in batches, each again from where it was reported, as Lambda does. */
async function deliver(
	stream: readonly StreamRecord[],
	batch: number,
	invoke: (records: readonly StreamRecord[]) => ReturnType<typeof forward>,
): Promise<void> {
	let from = 0;
	for (let invocation = 0; from < stream.length; invocation++) {
		if (invocation > 300) throw new Error("The stream does not get on.");
		const records = stream.slice(from, from + batch);
		const { held } = await invoke(records);
		const next = held ? Number(held.sequenceNumber) : from + records.length;
		expect(next).toBeGreaterThanOrEqual(from);
		from = next;
	}
}

const indexOf = (id: string) => Number(id.split("-")[1]);
const isEvent = ({ kind }: Written) => kind !== "claim" && kind !== "renewal";

/** Within one invocation nothing is sent again but what had failed. */
function expectNoRepeats(
	sent: readonly string[],
	hit: ReadonlySet<string>,
): void {
	const repeated = sent.filter((id, index) => sent.indexOf(id) !== index);
	expect(repeated.filter((id) => !hit.has(id))).toEqual([]);
}

test("whatever fails, every event ends in the queue once or in the failure bucket, in order, and is sent again only if it failed", async () => {
	await holds(
		fc.asyncProperty(script, async ({ records, faults, batch, patience }) => {
			const outside = wayOut.make();
			const left = [...faults];
			/** sent without our knowing, or refused and sent when it came again */
			const twofold = new Set<string>();
			wayOut.choose = (request) => {
				const fault = suit(left.shift(), request);
				const denied =
					typeof fault === "object" &&
					"status" in fault &&
					fault.status === 403;
				if (denied || fault === "lost" || fault === "stall")
					for (const id of request.ids) twofold.add(id);
				return fault;
			};
			await deliver(records.map(toRecord), batch, async (slice) => {
				const queue = openQueue({ url: outside.url, requestMs: 100 });
				const sent: string[] = [];
				const hit = new Set<string>();
				const controller = new AbortController();
				const forwarded = await forward(slice, {
					queue: {
						async send(messages, signal) {
							const answers = await queue.send(messages, signal);
							for (const [index, { id }] of messages.entries()) {
								sent.push(id);
								if (answers[index]?.outcome !== "sent") hit.add(id);
							}
							return answers;
						},
					},
					failures: openFailures({
						...outside,
						s3: openS3(),
						writeMs: 100,
					}),
					now: new Date("2026-11-21T00:00:00Z"),
					signal: controller.signal,
					async pause(attempt) {
						if (attempt >= patience) controller.abort();
					},
				});
				expectNoRepeats(sent, hit);
				return forwarded;
			});

			const queued = wayOut.queued(outside);
			const inQueue = queued.map(({ id }) => id);
			const inBucket = Object.keys(await wayOut.filed(outside));
			const wanted = records.flatMap((record, index) =>
				isEvent(record) ? `event-${index}` : [],
			);
			expect(new Set(inQueue).size).toBe(inQueue.length);
			expect(new Set([...inQueue, ...inBucket])).toEqual(new Set(wanted));
			for (const id of inQueue) {
				expect(records[indexOf(id)]?.kind).toBe("event");
				if (inBucket.includes(id)) expect(twofold).toContain(id);
			}
			for (const group of Map.groupBy(queued, ({ group }) => group).values()) {
				const order = group.map(({ id }) => indexOf(id));
				expect(order).toEqual(order.toSorted((a, b) => a - b));
			}
		}),
		{ numRuns: 60 },
	);
});

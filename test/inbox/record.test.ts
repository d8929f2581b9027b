import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { once, onceId, state } from "../../functions/inbox/identity.ts";
import { type Item, laneOf, onceKey } from "../../functions/inbox/item.ts";
import { knows } from "../../functions/inbox/known.ts";
import { DeadlineNear, record } from "../../functions/inbox/record.ts";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";
import { type Cloud, engines, openCloud } from "../support/cloud.ts";
import { openStore } from "../support/store.ts";

const day = 24 * 60;
const instant = 1 / 60;

describe.each(engines)("on %s", (engine) => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud({ engine });
	});
	afterAll(() => cloud[Symbol.asyncDispose]());

	async function items(table: string) {
		const { Items = [] } = await cloud.dynamodb.send(
			new ScanCommand({ TableName: table, ConsistentRead: true }),
		);
		return Items;
	}

	describe("a fact", () => {
		test("is one event, whichever way in it takes", async () => {
			for (const ways of [
				["push", "poll"],
				["poll", "push"],
				["poll", "poll"],
			] as const) {
				const inbox = await openStore(cloud);
				const outcomes = [];
				for (const way of ways)
					outcomes.push((await inbox[way](once("1"))).outcome);
				expect(outcomes).toEqual(["new", "repeat"]);
				const via = ways[0] === "push" ? "webhook" : "poll";
				expect(await inbox.events()).toMatchObject([{ via }]);
			}
		});

		test("is a conflict where two webhooks tell it differently, not where they spell it differently", async () => {
			const { push, poll, events } = await openStore(cloud);
			const first = await push(once("1"), { text: '{"a":1,"b":[2]}' });
			const spelled = ' {"b" : [2.0],\n"\\u0061":1}';
			const again = await push(once("1"), { text: spelled });
			expect(again).toEqual({ ...first, outcome: "repeat" });
			const other = await push(once("1"), { text: '{"a":1,"b":[3]}' });
			expect(other).toEqual({ ...first, outcome: "conflict" });
			const polled = await poll(once("1"), { body: { a: null } });
			expect(polled.outcome).toBe("repeat");
			expect(await events()).toMatchObject([{ data: { a: 1, b: [2] } }]);
		});

		test("is no conflict with what a poll brought", async () => {
			const { push, poll } = await openStore(cloud);
			await poll(once("1"), { body: { a: null } });
			const told = await push(once("1"), { text: '{"a":1}' });
			expect(told.outcome).toBe("repeat");
		});

		test("is remembered until it is really gone", async () => {
			const { push, wait, store, table } = await openStore(cloud);
			await push(once("1"));
			wait(36 * day);
			expect((await push(once("1"))).outcome).toBe("repeat");
			const id = onceId("toy", { type: "moved", subject: "s", key: ["1"] });
			expect(await store.inbox.has("s", id)).toBe(true);
			const { pk, sk } = onceKey("s", id);
			const Key = { pk: { S: pk }, sk: { S: sk } };
			await cloud.dynamodb.send(
				new DeleteItemCommand({ TableName: table, Key }),
			);
			expect(await store.inbox.has("s", id)).toBe(false);
			expect((await push(once("1"))).outcome).toBe("new");
		});
	});

	describe("a state", () => {
		test("that has expired is told anew, under the next number", async () => {
			for (const [days, outcome] of [
				[35 - instant / day, "repeat"],
				[35, "new"],
			] as const) {
				const { push, wait, events } = await openStore(cloud);
				await push(state({ value: "A" }));
				wait(days * day);
				expect((await push(state({ value: "A" }))).outcome).toBe(outcome);
				const numbers = (await events()).map(({ sequence }) =>
					`${sequence}`.slice(-12),
				);
				expect(numbers).toEqual(
					["000000000001", "000000000002"].slice(0, outcome === "new" ? 2 : 1),
				);
			}
		});

		test("has a sequence of its place and number, and rises though the clock steps back and numbers begin anew", async () => {
			const { push, wait, events, table } = await openStore(cloud);
			await push(state({ value: "A" }));
			wait(-day);
			await push(state({ value: "B" }));
			wait(5);
			await push(state({ value: "C" }));
			wait(37 * day);
			for (const { pk, sk } of await items(table))
				await cloud.dynamodb.send(
					new DeleteItemCommand({
						TableName: table,
						Key: { pk: pk ?? { S: "" }, sk: sk ?? { S: "" } },
					}),
				);
			await push(state({ value: "A" }));
			const start = Date.UTC(2030, 0, 1);
			const found = await events();
			expect(found.map(({ data: _, ...event }) => event.sequence)).toEqual([
				`00${start}-000000000001`,
				`00${start}-000000000002`,
				`00${start}-000000000003`,
				`00${start + (37 * day + 5 - day) * 60_000}-000000000001`,
			]);
			expect(new Set(found.map(({ id }) => id)).size).toBe(4);
		});

		test("that a late push claims is a record without an event", async () => {
			const { push, poll, wait, events, table } = await openStore(cloud);
			const time = new Date(Date.UTC(2029, 11, 31));
			await poll(state({ value: "A" }));
			wait(10);
			const told = await push(state({ value: "A", key: "1" }), { time });
			expect(told.outcome).toBe("claim");
			wait(10);
			await poll(state({ value: "B" }));
			expect(await events()).toMatchObject([
				{ sequence: expect.stringMatching(/-0{11}1$/) },
				{ sequence: expect.stringMatching(/-0{11}3$/) },
			]);
			const claim = (await items(table)).find(
				({ kind }) => kind?.S === "claim",
			);
			expect(claim).not.toHaveProperty("e");
			expect(claim).not.toHaveProperty("hour");
		});

		test("is left alone by an observation that a webhook overtook", async () => {
			const { push, poll, wait, events } = await openStore(cloud);
			await push(state({ value: "A" }));
			wait(60);
			await push(state({ value: "B" }));
			wait(1);
			expect((await poll(state({ value: "A" }))).outcome).toBe("stale");
			expect(await events()).toHaveLength(2);
		});

		test("is a conflict under a known key with another body", async () => {
			const { push, events } = await openStore(cloud);
			await push(state({ value: "A", key: "1" }));
			const text = '{"other":1}';
			const told = await push(state({ value: "A", key: "1" }), { text });
			expect(told.outcome).toBe("conflict");
			expect(await events()).toHaveLength(1);
		});

		test("is placed by the provider's own time, or by when it was seen", async () => {
			const { push, poll, wait, events } = await openStore(cloud);
			const time = new Date(Date.UTC(2029, 11, 31));
			await push(state({ value: "A", key: "1" }), { time });
			wait(60);
			await poll(state({ value: "B" }));
			expect(await events()).toMatchObject([
				{
					lane: "state",
					time: time.toISOString(),
					sequence: `00${time.getTime()}-000000000001`,
				},
				{
					lane: "state",
					time: "2030-01-01T01:00:00.000Z",
					sequence: `00${Date.UTC(2030, 0, 1, 1)}-000000000002`,
				},
			]);
		});

		test("has a sequence that text orders, whatever year its provider dates it", async () => {
			const { push, events } = await openStore(cloud);
			for (const year of [1900, 1970, 2030, 9999, 200_000]) {
				const time = new Date(0);
				time.setUTCFullYear(year);
				await push(state({ value: `${year}`, key: `${year}` }), { time });
			}
			const sequences = (await events()).map(({ sequence }) => `${sequence}`);
			expect(sequences).toEqual(sequences.toSorted());
			for (const sequence of sequences)
				expect(sequence).toMatch(/^\d{15}-\d{12}$/);
		});

		test("is called the first where a poll finds it in an empty lane, and never twice", async () => {
			const first = { type: "made", key: "made" };
			const { push, poll, wait, events } = await openStore(cloud);
			expect(await poll(state({ value: "A", first }))).toMatchObject({
				outcome: "new",
				type: "toy.made",
			});
			const made = state({ value: "A", key: "made", first });
			expect((await push(made, { type: "made" })).outcome).toBe("repeat");
			wait(10);
			await poll(state({ value: "B", first }));
			expect(await events()).toMatchObject([
				{ type: "toy.made" },
				{ type: "toy.moved" },
			]);
		});

		test("is called the first by one of many that find it at once", async () => {
			const first = { type: "made", key: "made" };
			const { push, poll, events } = await openStore(cloud);
			const made = state({ value: "A", key: "made", first });
			await Promise.all([
				...Array.from({ length: 5 }, () => poll(state({ value: "A", first }))),
				...Array.from({ length: 5 }, () => push(made, { type: "made" })),
			]);
			expect(await events()).toMatchObject([{ type: "toy.made" }]);
		});

		test("has one lane whatever its type, and another under another name", async () => {
			const { push, events } = await openStore(cloud);
			await push(state({ value: "A" }), { type: "made" });
			await push(state({ value: "A" }), { type: "changed" });
			await push(state({ value: "A", lane: "other" }));
			await push(state({ value: "A" }), { subject: "another" });
			expect(await events()).toHaveLength(3);
		});
	});

	test("a repeat names the event that it is of, where that is certain", async () => {
		const { push, wait } = await openStore(cloud);
		const ids = [];
		for (const [value, key] of [
			["A"],
			["A"],
			["B"],
			["B"],
			["C", "k1"],
			["D", "k2"],
			["C", "k1"],
		] as const) {
			wait(90);
			ids.push((await push(state({ value, key }))).id);
		}
		const [a, , b, , c, d] = ids;
		expect(new Set([a, b, c, d]).size).toBe(4);
		// which of a lane's states had a key, the lane no longer says
		expect(ids).toEqual([a, a, b, b, c, d, undefined]);
	});

	test("a body's byte order mark and the space around it are no part of its data", async () => {
		const { push, events } = await openStore(cloud);
		const text = '\uFEFF\r\n {"a" : 1.0}\n';
		expect((await push(once("1"), { text })).outcome).toBe("new");
		const again = await push(once("1"), { text: '{"a":1}' });
		expect(again.outcome).toBe("repeat");
		expect(await events()).toMatchObject([{ data: { a: 1 } }]);
	});

	describe("a poll", () => {
		test.each([
			["fact", once("1")],
			["state", state({ value: "A" })],
		])(
			"renews the %s it still sees after a tenth of its life, without a record",
			async (_, identity) => {
				const { push, poll, wait, table } = await openStore(cloud);
				const expires = async () =>
					(await items(table)).map((item) => Number(item.expires?.N));
				await push(identity);
				const [first = 0] = await expires();
				wait(3.5 * day - instant);
				await poll(identity);
				expect(await expires()).toEqual([first]);
				wait(instant);
				await push(identity);
				expect(await expires()).toEqual([first]);
				await poll(identity);
				expect(await expires()).toEqual([first + 3.5 * 86_400]);
				const names = (await cloud.stream(table)).map(
					({ eventName }) => eventName,
				);
				expect(names).toEqual(["INSERT", "MODIFY"]);
				wait(34 * day);
				expect((await push(identity)).outcome).toBe("repeat");
			},
		);

		test("can ask whether the inbox knows a fact, for as long as it has not gone", async () => {
			const { push, wait, store } = await openStore(cloud);
			const fact = { type: "moved", subject: "s", identity: once("1") };
			expect(await knows("toy", fact, store)).toBe(false);
			await push(once("1"));
			expect(await knows("toy", fact, store)).toBe(true);
			expect(await knows("other", fact, store)).toBe(false);
			wait(35 * day);
			expect(await knows("toy", fact, store)).toBe(true);
		});

		test("tells no fact that its provider dates before what the inbox remembers", async () => {
			for (const [days, outcome] of [
				[35, "new"],
				[35 + instant / day, "stale"],
			] as const) {
				const { poll, clock } = await openStore(cloud);
				const time = new Date(clock.now - days * day * 60_000);
				expect((await poll(once("1"), { time })).outcome).toBe(outcome);
			}
		});
	});

	describe("an item", () => {
		test("has what the stream, the index and the next record need, once, and nothing of a person in the clear", async () => {
			const { push, table } = await openStore(cloud);
			const about = {
				subject: "jane@example.com",
				text: `{"x":"${"y".repeat(2000)}"}`,
			};
			const told = await push(
				state({
					lane: "jane's lane",
					value: "jane's value",
					key: "jane's key",
				}),
				about,
			);
			const [item] = await items(table);
			expect(item).toMatchObject({
				pk: { S: laneOf(about.subject, "").pk },
				sk: { S: `${laneOf(about.subject, "jane's lane").prefix}000000000001` },
				kind: { S: "event" },
				id: { S: told.id },
				type: { S: "toy.moved" },
				via: { S: "webhook" },
				expires: { N: String(Date.UTC(2030, 1, 5) / 1000) },
				hour: { S: expect.stringMatching(/^2030-01-01T00#(0\d|1[0-5])$/) },
				at: { S: "2030-01-01T00:00:00.000Z" },
				a: { S: expect.stringMatching(/^[\w-]{12}$/) },
				s: { S: expect.any(String) },
				e: { B: expect.any(Uint8Array) },
			});
			expect(Object.keys(item ?? {})).toHaveLength(12);
			expect(JSON.stringify(item)).not.toContain("jane");
		});
	});
});

describe("a large body", () => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud();
	});
	afterAll(() => cloud[Symbol.asyncDispose]());
	const traceparent = newTraceparent();
	const text = `{ "big": "${"x".repeat(1_000_000)}", "amount": 1.10 }`;

	test("lies in the bucket before its event is in the inbox", async () => {
		const { push, events, store } = await openStore(cloud);
		const observation = { type: "moved", subject: "s", identity: once("1") };
		const away = async () => Promise.reject(new Error("no bucket"));
		const broken = {
			...store,
			payloads: { keep: away },
			deadline: store.deadline,
		};
		const recording = {
			provider: "toy",
			via: "webhook",
			observation,
			text,
			traceparent,
		} as const;
		await expect(record(recording, broken)).rejects.toThrow("no bucket");
		expect(await events()).toEqual([]);
		await push(once("1"), { text });
		const [event] = await events();
		const [, Bucket = "", Key = ""] =
			/^s3:\/\/([^/]+)\/(toy\/[0-9a-f]{64})$/.exec(`${event?.dataref}`) ?? [];
		const { Body } = await cloud.s3.send(new GetObjectCommand({ Bucket, Key }));
		expect(await Body?.transformToString()).toBe(text);
	});

	test("is written once, however often a lane must be tried", async () => {
		const { store } = await openStore(cloud);
		let kept = 0;
		const payloads = {
			keep: async (bytes: Uint8Array) => `s3://${++kept}/${bytes.length}`,
		};
		const changes = Array.from({ length: 5 }, (_, n) => {
			const identity = state({ value: `${n}`, key: `${n}` });
			const observation = { type: "moved", subject: "s", identity };
			const recording = {
				provider: "toy",
				via: "webhook",
				observation,
				text,
				traceparent,
			} as const;
			return record(recording, {
				...store,
				payloads,
				deadline: store.deadline,
			});
		});
		await Promise.all(changes);
		expect(kept).toBe(5);
	});

	test("pauses ever longer where others are faster, and goes on from what stands then", async () => {
		const { store, push, events } = await openStore(cloud);
		const pauses: number[] = [];
		let faster = 0;
		const crowded = {
			...store.inbox,
			async add(item: Item, leftMs: number) {
				// two others between the reading and the writing
				if (faster < 6) {
					await push(state({ value: `${++faster}` }));
					await push(state({ value: `${++faster}` }));
				}
				return store.inbox.add(item, leftMs);
			},
			async pause(tries: number) {
				pauses.push(tries);
			},
		};
		const observation = {
			type: "moved",
			subject: "s",
			identity: state({ value: "A" }),
		};
		const told = { provider: "toy", observation, text: "{}" };
		const { lane } = await record(
			{ ...told, via: "webhook", traceparent: newTraceparent() },
			{ ...store, deadline: store.deadline, inbox: crowded },
		);
		expect(pauses).toEqual([1, 2, 3]);
		expect(lane?.number).toBe(7);
		expect(await events()).toHaveLength(7);
	});

	test("counts its deadline from before its first call", async () => {
		const { push, clock, events } = await openStore(cloud);
		clock.leftMs = 0;
		await expect(push(once("1"))).rejects.toThrow(DeadlineNear);
		await expect(push(state({ value: "A" }))).rejects.toThrow(DeadlineNear);
		expect(await events()).toEqual([]);
	});
});

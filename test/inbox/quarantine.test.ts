import { gunzipSync } from "node:zlib";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quarantine, type Received } from "../../functions/inbox/quarantine.ts";
import { type Cloud, engines, openCloud } from "../support/cloud.ts";
import { openStore } from "../support/store.ts";

const issues = [{ path: "amount", message: "expected a number" }];

function delivery(body: string | Uint8Array, more: Partial<Received> = {}) {
	return {
		path: { group: "payment", event: "created" },
		headers: {},
		bytes: Buffer.from(body),
		...more,
	};
}

describe.each(engines)("on %s", (engine) => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud({ engine });
	});
	afterAll(() => cloud[Symbol.asyncDispose]());

	async function openQuarantine() {
		const inbox = await openStore(cloud);
		return {
			...inbox,
			keep: (
				body: string | Uint8Array,
				more: Partial<Received> = {},
				reason: "invalid" | "conflict" = "invalid",
			) =>
				quarantine(
					{ delivery: delivery(body, more), reason, issues },
					inbox.store,
				),
			async entries() {
				const { Items = [] } = await cloud.dynamodb.send(
					new ScanCommand({ TableName: inbox.table, ConsistentRead: true }),
				);
				return Items;
			},
		};
	}

	test("a delivery that cannot be read is kept as it came, with the reason, and never forwarded", async () => {
		const { keep, entries, events } = await openQuarantine();
		const bytes = Buffer.from([0xff, 0x00, 0x7b, 0xfe]);
		expect(await keep(bytes)).toMatchObject({ first: true });
		const [entry, ...others] = await entries();
		expect(others).toEqual([]);
		expect(entry).toMatchObject({
			pk: { S: `quarantine#${entry?.id?.S}` },
			sk: { S: "quarantine" },
			kind: { S: "quarantine" },
			reason: { S: "invalid" },
			count: { N: "1" },
			firsttime: { S: "2030-01-01T00:00:00.000Z" },
			lasttime: { S: "2030-01-01T00:00:00.000Z" },
			expires: { N: String(Date.UTC(2030, 1, 5) / 1000) },
			at: { S: "2030-01-01T00:00:00.000Z" },
		});
		expect(gunzipSync(entry?.body?.B ?? "")).toEqual(bytes);
		expect(JSON.parse(entry?.issues?.S ?? "")).toEqual(issues);
		expect(JSON.parse(entry?.path?.S ?? "")).toEqual({
			group: "payment",
			event: "created",
		});
		expect(await events()).toEqual([]);
	});

	test("its repeats make one entry with a count, and only one of them is first", async () => {
		const { keep, entries, wait } = await openQuarantine();
		const copies = Array.from({ length: 20 }, () => keep("same"));
		const firsts = (await Promise.all(copies)).filter(({ first }) => first);
		expect(firsts).toHaveLength(1);
		wait(60);
		expect(await keep("same")).toMatchObject({ first: false });
		expect(await entries()).toMatchObject([
			{
				count: { N: "21" },
				firsttime: { S: "2030-01-01T00:00:00.000Z" },
				lasttime: { S: "2030-01-01T01:00:00.000Z" },
				expires: { N: String(Date.UTC(2030, 1, 5, 1) / 1000) },
			},
		]);
	});

	test("other bytes, or another reason, make another entry", async () => {
		const { keep, entries } = await openQuarantine();
		await keep("one");
		expect(await keep("other")).toMatchObject({ first: true });
		expect(await keep("one", {}, "conflict")).toMatchObject({ first: true });
		expect(await entries()).toHaveLength(3);
	});

	test("the same bytes on another path make another entry", async () => {
		const { keep, entries } = await openQuarantine();
		await keep("one", { path: { group: "payment", event: "created" } });
		const deleted = { path: { group: "payment", event: "deleted" } };
		expect(await keep("one", deleted)).toMatchObject({ first: true });
		const sameSaidOtherwise = { path: { event: "deleted", group: "payment" } };
		expect(await keep("one", sameSaidOtherwise)).toMatchObject({
			first: false,
		});
		expect(await entries()).toHaveLength(2);
	});

	test("an entry that has expired is as good as gone", async () => {
		for (const [minutes, first] of [
			[35 * 24 * 60 - 1 / 60, false],
			[35 * 24 * 60, true],
		] as const) {
			const { keep, entries, wait } = await openQuarantine();
			await keep("same");
			wait(minutes);
			expect(await keep("same")).toMatchObject({ first });
			expect(await entries()).toMatchObject([
				{ count: { N: first ? "1" : "2" } },
			]);
		}
	});
});

describe("an entry", () => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud();
	});
	afterAll(() => cloud[Symbol.asyncDispose]());

	async function entryOf(sent: Received, told = issues) {
		const { store, table } = await openStore(cloud);
		await quarantine(
			{ delivery: sent, reason: "invalid", issues: told },
			store,
		);
		const { Items: [entry] = [] } = await cloud.dynamodb.send(
			new ScanCommand({ TableName: table }),
		);
		return entry;
	}

	test("has the headers that are useful, and none that proves anybody", async () => {
		const useful = {
			"content-type": "application/json",
			"user-agent": "sender/1.0",
			"x-request-id": "r-1",
		};
		const proofs = [
			...["authorization", "proxy-authorization", "cookie", "x-api-key"],
			...["x-secret-key", "secret-key", "password", "client-id", "x-anything"],
			...["x-signature", "x-amz-security-token", "api-key", "x-token"],
		];
		const secrets = Object.fromEntries(proofs.map((name) => [name, "s3cr3t"]));
		const headers = { ...useful, ...secrets };
		const sent = delivery("x", { headers });
		const entry = await entryOf(sent);
		expect(JSON.parse(entry?.headers?.S ?? "")).toEqual(useful);
		expect(JSON.stringify(entry)).not.toMatch(/s3cr3t|T0P/);
	});

	test.each([
		["inline up to 256 KiB", 0],
		["in the bucket above", 1],
	])("has its body %s", async (_, more) => {
		const bytes = Buffer.alloc(256 * 1024 + more, "\u0007x{");
		const entry = await entryOf(delivery(bytes));
		if (more === 0) {
			expect(gunzipSync(entry?.body?.B ?? "")).toEqual(bytes);
			return;
		}
		expect(entry).not.toHaveProperty("body");
		const ref = /^s3:\/\/([^/]+)\/(.+)$/.exec(entry?.bodyref?.S ?? "");
		const [, Bucket = "", Key = ""] = ref ?? [];
		const { Body } = await cloud.s3.send(new GetObjectCommand({ Bucket, Key }));
		expect(await Body?.transformToByteArray()).toEqual(new Uint8Array(bytes));
	});

	test("fits an item whatever was sent", async () => {
		const bytes = crypto.getRandomValues(new Uint8Array(65_536));
		const body = Buffer.concat([bytes, bytes.toReversed(), bytes, bytes]);
		const long = "\u0000".repeat(10_000);
		const told = Array.from({ length: 5000 }, () => ({
			path: long,
			message: long,
		}));
		const entry = await entryOf(
			delivery(body, {
				headers: { "user-agent": long, "content-type": long },
				path: { group: long },
			}),
			told,
		);
		expect(JSON.parse(entry?.issues?.S ?? "")).toHaveLength(20);
	});
});

import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { openInbox } from "../../functions/aws/inbox.ts";
import { openDynamoDb } from "../../functions/aws/signed/dynamodb.ts";
import type { Delivery } from "../../functions/delivery/delivery.ts";
import { maxBodyBytes } from "../../functions/delivery/parse.ts";
import { receive } from "../../functions/delivery/receive.ts";
import { once, state } from "../../functions/inbox/identity.ts";
import { equals } from "../../functions/proofs/equals.ts";
import { defineProvider } from "../../functions/provider.ts";
import finbox from "../../functions/providers/finbox/provider.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import {
	delivery,
	eventsOf,
	openEndpoint,
	token,
} from "../support/endpoint.ts";
import { messageIn } from "../support/image.ts";
import { holds } from "../support/property.ts";

const parcel = z.looseObject({
	id: z.string().min(1),
	state: z.string(),
	event: z.string().optional(),
});

const toy = defineProvider({
	name: "toy",
	documentation: "https://toy.example/docs",
	settings: z.object({ key: z.string().optional() }),
	proofs: ({ key }) => equals("x-key", key),
	path: [],
	answer: { status: "success" },
	events: { "parcel.moved": parcel, "parcel.sealed": parcel },
	read({ json }) {
		const { id, state: value, event: key } = parcel.parse(json);
		if (value === "gossip")
			return { refusal: "Gossip is answered by somebody else." };
		if (value === "broken reader") throw new TypeError("a fault of ours");
		if (value === "sealed")
			return {
				event: { type: "parcel.sealed", subject: id, identity: once(id) },
			};
		return {
			event: {
				type: "parcel.moved",
				subject: id,
				identity: state({ value, key }),
			},
		};
	},
});

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

async function quarantined(table: string) {
	const { Items = [] } = await cloud.dynamodb.send(
		new ScanCommand({ TableName: table }),
	);
	return Items.filter(({ kind }) => kind?.S === "quarantine");
}

describe("receive", () => {
	test("answers a new event with 200 after it is durable", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy);
		const answer = await receive(
			delivery({ id: "p1", state: "sealed" }),
			endpoint,
		);
		expect(answer).toMatchObject({
			status: 200,
			outcome: "accepted",
			body: '{"status":"success"}',
		});
		expect(answer.headers["billhook-outcome"]).toBe("accepted");
		expect(await eventsOf(cloud, table)).toMatchObject([
			{ type: "toy.parcel.sealed", subject: "p1", via: "webhook" },
		]);
	});

	test("answers a redelivery alike and records nothing", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy);
		const first = await receive(
			delivery({ id: "p1", state: "sealed" }),
			endpoint,
		);
		const again = await receive(
			delivery({ state: "sealed", id: "p1" }),
			endpoint,
		);
		expect(again).toMatchObject({
			status: first.status,
			body: first.body,
			outcome: "duplicate",
		});
		expect(await eventsOf(cloud, table)).toHaveLength(1);
	});

	test("fifty copies at once leave one event and fifty 200s", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy);
		const answers = await Promise.all(
			Array.from({ length: 50 }, () =>
				receive(delivery({ id: "p1", state: "lost" }), endpoint),
			),
		);
		expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
		expect(
			answers.filter(({ outcome }) => outcome === "accepted"),
		).toHaveLength(1);
		expect(await eventsOf(cloud, table)).toHaveLength(1);
	});

	test("embeds the body's own text, so that no number loses a digit", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy);
		const body =
			'{"id":"p1","state":"sealed","amount":12345678901234567890.10,"note":"\\ud83d\\ude00 \uFFFE"}';
		await receive(delivery(body), endpoint);
		const [record] = await cloud.stream(table);
		const text = messageIn(record?.dynamodb?.NewImage);
		expect(text).toContain("12345678901234567890.10");
		expect(JSON.parse(text).data.note).toBe("😀 \uFFFE");
	});

	test("refuses a stranger without a hint, and keeps nothing", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy, { key: "k" });
		const answer = await receive(
			delivery({ id: "p1", state: "sealed" }, { token: "x".repeat(43) }),
			endpoint,
		);
		expect(answer).toMatchObject({ status: 404, outcome: "refused" });
		expect(JSON.parse(answer.body)).toEqual({
			type: "about:blank",
			title: "Not Found",
			status: 404,
		});
		expect(
			(await cloud.dynamodb.send(new ScanCommand({ TableName: table }))).Count,
		).toBe(0);
	});

	test("a forged delivery never makes the genuine one a duplicate", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy, { key: "k" });
		const body = { id: "p1", state: "sealed" };
		await receive(delivery(body, { token: "x".repeat(43) }), endpoint);
		const unproven = await receive(delivery(body), endpoint);
		expect(unproven).toMatchObject({ status: 401, outcome: "quarantined" });
		const genuine = await receive(
			delivery(body, { headers: { "x-key": "k" } }),
			endpoint,
		);
		expect(genuine).toMatchObject({ status: 200, outcome: "accepted" });
		expect(await eventsOf(cloud, table)).toHaveLength(1);
		expect(await quarantined(table)).toHaveLength(1);
	});

	test.each<[string, Partial<Delivery>, number]>([
		["a wrong token", { token: "x".repeat(43) }, 404],
		["no proof", {}, 405],
		["a proof", { headers: { "x-key": "k" } }, 405],
		["more than can be taken", { bytes: Buffer.alloc(maxBodyBytes + 1) }, 405],
	])(
		"says which methods it takes, but to no stranger: %s",
		async (_, parts, status) => {
			const { endpoint, table } = await openEndpoint(cloud, toy, { key: "k" });
			for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS"]) {
				const answer = await receive(
					delivery({ id: "p1", state: "sealed" }, { ...parts, method }),
					endpoint,
				);
				expect(answer).toMatchObject({
					status,
					outcome: "refused",
					metrics: { Refused: 1 },
				});
				expect(answer.headers).toMatchObject({
					"content-type": "application/problem+json",
					"billhook-outcome": "refused",
				});
				expect(answer.headers.allow).toBe(
					status === 405 ? "GET, HEAD, POST" : undefined,
				);
			}
			const { Count } = await cloud.dynamodb.send(
				new ScanCommand({ TableName: table }),
			);
			expect(Count).toBe(0);
		},
	);

	test("names no more than twenty fields, however many are wrong", async () => {
		const { endpoint, table } = await openEndpoint(cloud, finbox);
		const accounts = Array(5000).fill(1);
		const answer = await receive(
			delivery({
				session_id: "s",
				event_name: "ENRICHMENT_NOTIFICATION",
				accounts,
			}),
			endpoint,
		);
		expect(answer).toMatchObject({ status: 422, outcome: "quarantined" });
		expect(JSON.parse(answer.body).errors).toHaveLength(20);
		expect(answer.body.length).toBeLessThan(4000);
		expect(await quarantined(table)).toHaveLength(1);
	});

	test("refuses nobody by settings that somebody has changed since", async () => {
		const { endpoint } = await openEndpoint(cloud, toy);
		const rotated = {
			...endpoint,
			settings: {
				read: async () => ({ token: "O".repeat(43) }),
				fresh: async () => ({ token }),
			},
		};
		expect(
			await receive(delivery({ id: "p1", state: "sealed" }), rotated),
		).toMatchObject({ status: 200 });
		const stranger = { token: "S".repeat(43) };
		expect(
			await receive(delivery({ id: "p2", state: "sealed" }, stranger), rotated),
		).toMatchObject({ status: 404 });
	});

	test("gives the settings no more time than is left", async () => {
		const { endpoint, clock } = await openEndpoint(cloud, toy);
		const given: number[] = [];
		const read = async (leftMs: number) => {
			given.push(leftMs);
			return { token };
		};
		const settings = { read, fresh: read };
		const stranger = { token: "S".repeat(43) };
		await receive(delivery({}, stranger), { ...endpoint, settings });
		const left = endpoint.store.deadline.getTime() - clock.now.getTime();
		expect(given).toEqual([left, left]);
	});

	test("answers 503 where the settings cannot be had", async () => {
		const { endpoint } = await openEndpoint(cloud, toy);
		const read = () => Promise.reject(new Error("the secret store is away"));
		const broken = { ...endpoint, settings: { read, fresh: read } };
		const answer = await receive(
			delivery({ id: "p1", state: "sealed" }),
			broken,
		);
		expect(answer).toMatchObject({ status: 503, outcome: "unavailable" });
		expect(answer.headers["retry-after"]).toMatch(/^\d+$/);
		expect(answer.body).not.toContain("secret store");
	});

	test("keeps what breaks its reader, and says nothing of the body", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy);
		const answer = await receive(
			delivery({ id: "private", state: "broken reader" }),
			endpoint,
		);
		expect(answer).toMatchObject({ status: 422, outcome: "quarantined" });
		expect(answer.body).toContain("cannot be read: TypeError");
		expect(JSON.stringify(answer)).not.toContain("private");
		expect(await quarantined(table)).toHaveLength(1);
	});

	test("answers 503 with nothing half-written where the table is away", async () => {
		const { endpoint, table, clock } = await openEndpoint(cloud, toy);
		const store = {
			...endpoint.store,
			inbox: openInbox({ table: `${table}-gone`, dynamodb: openDynamoDb() }),
			deadline: new Date(clock.now.getTime() + 1500),
		};
		const answer = await receive(delivery({ id: "p1", state: "sealed" }), {
			...endpoint,
			store,
		});
		expect(answer).toMatchObject({ status: 503, outcome: "unavailable" });
	});

	test("keeps what is not JSON, once, and answers 400", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy);
		for (const bytes of [
			Buffer.from('{"id":'),
			Buffer.from('{"id":'),
			Buffer.from([0xff, 0xfe, 0x7b]),
		]) {
			const answer = await receive(delivery("", { bytes }), endpoint);
			expect(answer).toMatchObject({ status: 400, outcome: "quarantined" });
			expect(answer.headers["content-type"]).toBe("application/problem+json");
		}
		const entries = await quarantined(table);
		expect(entries.map(({ count }) => Number(count?.N)).sort()).toEqual([1, 2]);
	});

	test("names each field that the schema refuses and why, and no value", async () => {
		const { endpoint } = await openEndpoint(cloud, toy);
		const answer = await receive(delivery({ id: "", state: 990011 }), endpoint);
		expect(answer).toMatchObject({ status: 422, outcome: "quarantined" });
		const { errors } = JSON.parse(answer.body);
		expect(errors.map(({ field }: { field: string }) => field)).toEqual([
			"id",
			"state",
		]);
		expect(answer.body).not.toContain("990011");
	});

	test("keeps what names its subject at too great a length", async () => {
		const { endpoint } = await openEndpoint(cloud, toy);
		const named = (length: number) =>
			receive(delivery({ id: "p".repeat(length), state: "sealed" }), endpoint);
		expect(await named(1024)).toMatchObject({ status: 200 });
		expect(await named(1025)).toMatchObject({
			status: 422,
			outcome: "quarantined",
		});
	});

	test("answers a conflict with 200, leaves the event single and keeps the other content", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy);
		await receive(delivery({ id: "p1", state: "sealed", weight: 1 }), endpoint);
		const answer = await receive(
			delivery({ id: "p1", state: "sealed", weight: 2 }),
			endpoint,
		);
		expect(answer).toMatchObject({ status: 200, outcome: "quarantined" });
		expect(await eventsOf(cloud, table)).toHaveLength(1);
		expect(await quarantined(table)).toMatchObject([
			{ reason: { S: "conflict" } },
		]);
	});

	test("answers a quick return to an earlier state with 200, keeps it and raises no alarm", async () => {
		const { endpoint, table, clock } = await openEndpoint(cloud, toy);
		const answers = [];
		for (const state of ["left", "arrived", "left"]) {
			clock.now = new Date(clock.now.getTime() + 20_000);
			answers.push(await receive(delivery({ id: "p1", state }), endpoint));
		}
		expect(answers[2]).toMatchObject({
			status: 200,
			outcome: "quarantined",
			metrics: { Returned: 1 },
			about: {
				events: [{ outcome: "return", type: "toy.parcel.moved" }],
				quarantined: [{ reason: "return" }],
			},
		});
		expect(answers[2]?.metrics).not.toHaveProperty("Quarantined");
		expect(await eventsOf(cloud, table)).toHaveLength(2);
		expect(await quarantined(table)).toMatchObject([
			{ reason: { S: "return" } },
		]);
	});

	test("keeps another body under a state's known key", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy);
		const named = (weight: number) =>
			delivery({ id: "p1", state: "left", event: "e1", weight });
		await receive(named(1), endpoint);
		const answer = await receive(named(2), endpoint);
		expect(answer).toMatchObject({ status: 200, outcome: "quarantined" });
		expect(answer.metrics).toEqual({ Conflict: 1, Quarantined: 1 });
		expect(await eventsOf(cloud, table)).toHaveLength(1);
		expect(await quarantined(table)).toMatchObject([
			{ reason: { S: "conflict" } },
		]);
	});

	test("explains what it refuses to answer", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy);
		const answer = await receive(
			delivery({ id: "p1", state: "gossip" }),
			endpoint,
		);
		expect(answer).toMatchObject({ status: 422, outcome: "refused" });
		expect(JSON.parse(answer.body).detail).toBe(
			"Gossip is answered by somebody else.",
		);
		expect(await quarantined(table)).toHaveLength(0);
	});

	test.each([
		["GET", "x"],
		["HEAD", ""],
		["POST", ""],
	])("answers a %s of the URL alone with 200", async (method, body) => {
		const { endpoint, table } = await openEndpoint(cloud, toy, { key: "k" });
		expect(await receive(delivery(body, { method }), endpoint)).toMatchObject({
			status: 200,
			outcome: "tried",
		});
		expect(
			(await cloud.dynamodb.send(new ScanCommand({ TableName: table }))).Count,
		).toBe(0);
	});

	test("takes a body of the largest size through the bucket, and none larger", async () => {
		const { endpoint, table, bucket } = await openEndpoint(cloud, toy);
		const frame = JSON.stringify({ id: "p1", state: "sealed", filler: "" });
		const largest = frame.replace(
			'""',
			`"${"x".repeat(maxBodyBytes - frame.length)}"`,
		);
		expect(await receive(delivery(`${largest} `), endpoint)).toMatchObject({
			status: 413,
			outcome: "refused",
		});
		expect(await receive(delivery(largest), endpoint)).toMatchObject({
			status: 200,
			outcome: "accepted",
		});
		const [event] = await eventsOf(cloud, table);
		expect(event?.data).toBeUndefined();
		const [, Key] = /^s3:\/\/[^/]+\/(.+)$/.exec(String(event?.dataref)) ?? [];
		const kept = await cloud.s3.send(
			new GetObjectCommand({ Bucket: bucket, Key }),
		);
		expect(await kept.Body?.transformToString()).toBe(largest);
	});

	test("records a body however deeply it is nested", async () => {
		const { endpoint, table } = await openEndpoint(cloud, toy);
		const deep = `{"id":"p1","state":"sealed","deep":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
		expect(await receive(delivery(deep), endpoint)).toMatchObject({
			status: 200,
			outcome: "accepted",
		});
		expect(await eventsOf(cloud, table)).toHaveLength(1);
	});

	test("answers any bytes with a status of the contract", async () => {
		const { endpoint } = await openEndpoint(cloud, toy);
		const anything = fc.oneof(
			fc.uint8Array({ maxLength: 64 }),
			fc.json().map((text) => Buffer.from(text)),
			fc
				.record({ id: fc.string(), state: fc.anything() })
				.map((body) => Buffer.from(JSON.stringify(body) ?? "")),
		);
		await holds(
			fc.asyncProperty(anything, async (bytes) => {
				const { status } = await receive(delivery("", { bytes }), endpoint);
				expect([200, 400, 422]).toContain(status);
			}),
			{ numRuns: 60 },
		);
	});
});

import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openQuarantine } from "../../functions/aws/quarantine.ts";
import { openDynamoDb } from "../../functions/aws/signed/dynamodb.ts";
import { openS3 } from "../../functions/aws/signed/s3.ts";
import { receive } from "../../functions/delivery/receive.ts";
import { retry } from "../../functions/delivery/retry.ts";
import type { Provider } from "../../functions/provider.ts";
import { bank } from "../support/bank.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { delivery, eventsOf, openEndpoint } from "../support/endpoint.ts";
import { newer, older } from "../support/older.ts";
import { quarantinedIn } from "../support/quarantined.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

interface Settings {
	[name: string]: string | undefined;
	key?: string;
	signingKey?: string;
}

const clients = () => ({ dynamodb: openDynamoDb(), s3: openS3() });

async function open(provider: Provider, settings: Settings = {}) {
	const opened = await openEndpoint(cloud, provider, settings);
	const { endpoint, table, bucket, clock } = opened;
	const kept = openQuarantine({ table, bucket, ...clients() });
	const entries = () => quarantinedIn(cloud, table);
	return {
		...opened,
		entries,
		deliver: (body: unknown, headers: Record<string, string> = {}) =>
			receive(delivery(body, { headers, receivedAt: clock.now }), endpoint),
		/** by another version of the provider, or other settings */
		retry: async (
			by: { provider?: Provider; settings?: Settings; unproven?: boolean } = {},
		) => {
			const [entry] = await entries();
			const now = await openEndpoint(cloud, by.provider ?? provider, {
				...settings,
				...by.settings,
			});
			return retry(
				{ retry: entry?.id ?? "", unproven: by.unproven },
				{ ...now.endpoint, store: endpoint.store, kept },
			);
		},
		pass: (seconds: number) => {
			clock.now = new Date(clock.now.getTime() + seconds * 1000);
		},
		events: () => eventsOf(cloud, table),
	};
}

describe("a delivery read again from quarantine", () => {
	test("is recorded under the trace and the time of its reception, and leaves", async () => {
		const inbox = await open(older);
		await inbox.deliver({ id: "p1", state: "sealed" });
		inbox.pass(3600);
		const retried = await inbox.retry({ provider: newer });
		expect(retried).toMatchObject({
			outcome: "accepted",
			type: "toy.sealed",
			metrics: { Recorded: 1 },
		});
		expect(retried.quarantine).toBeUndefined();
		expect(await inbox.events()).toMatchObject([
			{
				id: retried.id,
				subject: "p1",
				time: "2026-11-21T12:00:00.000Z",
				recordedtime: "2026-11-21T13:00:00.000Z",
				traceparent: retried.traceparent,
			},
		]);
		expect(await inbox.entries()).toEqual([]);
	});

	test("that is still unreadable stays as it was, and says which field", async () => {
		const inbox = await open(older);
		await inbox.deliver({ id: "p1", state: "sealed" });
		const [before] = await inbox.entries();
		expect(await inbox.retry()).toMatchObject({
			outcome: "quarantined",
			reason: "invalid",
			quarantine: before?.id,
			issues: [{ path: "weight" }],
		});
		expect(await inbox.entries()).toEqual([before]);
	});

	test("stands in its lane where it came, so that what came later is still the latest", async () => {
		const inbox = await open(older);
		await inbox.deliver({ id: "p1", state: "packed" });
		inbox.pass(600);
		await inbox.deliver({ id: "p1", state: "sent", weight: 1 });
		inbox.pass(600);
		await inbox.retry({ provider: newer });
		const told = (await inbox.events()) as { sequence: string; data: object }[];
		const [latest] = told.toSorted((one, other) =>
			one.sequence < other.sequence ? 1 : -1,
		);
		expect(told).toHaveLength(2);
		expect(latest?.data).toMatchObject({ state: "sent" });
	});

	test("that the sender brought meanwhile is a duplicate, and leaves", async () => {
		const inbox = await open(older);
		await inbox.deliver({ id: "p1", state: "sealed" });
		await receive(delivery({ id: "p1", state: "sealed" }), {
			...inbox.endpoint,
			provider: newer,
		});
		expect(await inbox.retry({ provider: newer })).toMatchObject({
			outcome: "duplicate",
		});
		expect(await inbox.events()).toHaveLength(1);
		expect(await inbox.entries()).toEqual([]);
	});

	test("may be a return for a person alone, not for another reading", async () => {
		const inbox = await open(newer);
		for (const value of ["packed", "sent", "packed"]) {
			await inbox.deliver({ id: "p1", state: value });
			inbox.pass(10);
		}
		expect(await inbox.entries()).toMatchObject([{ reason: "return" }]);
		expect(await inbox.retry()).toMatchObject({ outcome: "accepted" });
		const told = (await inbox.events()) as { data: { state: string } }[];
		expect(told.map(({ data }) => data.state)).toEqual([
			"packed",
			"sent",
			"packed",
		]);
	});

	test("that came within a copy's time of an equal state moves to the reason return", async () => {
		const inbox = await open(older);
		await inbox.deliver({ id: "p1", state: "packed", weight: 1 });
		await inbox.deliver({ id: "p1", state: "sent", weight: 1 });
		inbox.pass(10);
		await inbox.deliver({ id: "p1", state: "packed" });
		inbox.pass(3600);
		const retried = await inbox.retry({ provider: newer });
		expect(retried).toMatchObject({ outcome: "quarantined", reason: "return" });
		expect(await inbox.entries()).toMatchObject([
			{ reason: "return", id: retried.quarantine },
		]);
		expect(await inbox.events()).toHaveLength(2);
	});

	test("is read whole from the bucket where the item cannot hold it", async () => {
		const inbox = await open(older);
		const note = "x".repeat(300_000);
		await inbox.deliver({ id: "p1", state: "sealed", note });
		expect(await inbox.retry({ provider: newer })).toMatchObject({
			outcome: "accepted",
		});
		expect(await inbox.events()).toMatchObject([{ data: { note } }]);
	});

	test("of several events completes those that were missing", async () => {
		const inbox = await open(bank);
		const good = { id: "a", type: "paid" };
		await inbox.deliver({ events: [good, { id: "b", type: 1 }] });
		expect(await inbox.events()).toHaveLength(1);
		expect(await inbox.retry()).toMatchObject({
			outcome: "quarantined",
			reason: "invalid",
			metrics: { Duplicate: 1 },
		});
		expect(await inbox.entries()).toHaveLength(1);
	});

	test("that contradicts what is known stays a conflict", async () => {
		const inbox = await open(newer);
		await inbox.deliver({ id: "p1", state: "sealed" });
		await inbox.deliver({ id: "p1", state: "sealed", note: "other" });
		expect(await inbox.retry()).toMatchObject({
			outcome: "quarantined",
			reason: "conflict",
		});
		expect(await inbox.entries()).toHaveLength(1);
	});

	test("is absent where nothing has that id, and never an error", async () => {
		const inbox = await open(newer);
		const endpoint = {
			...inbox.endpoint,
			kept: openQuarantine({
				table: inbox.table,
				bucket: inbox.bucket,
				...clients(),
			}),
		};
		for (const id of ["A".repeat(43), "", "quarantine#x", 7, null])
			expect(await retry({ retry: id as string }, endpoint)).toEqual({
				outcome: "absent",
				metrics: {},
			});
	});
});

describe("a proof judged again", () => {
	const sealed = { id: "p1", state: "sealed" };
	const signed = (key: string, at: Date) => {
		const time = String(at.getTime() / 1000);
		const text = `${time}.${JSON.stringify(sealed)}`;
		return {
			"x-time": time,
			"x-signature": createHmac("sha256", key).update(text).digest("hex"),
		};
	};

	test("that is a signature is judged by the settings of now and the time of its reception", async () => {
		const inbox = await open(newer, { signingKey: "misspelt" });
		const headers = signed("right", inbox.clock.now);
		expect(await inbox.deliver(sealed, headers)).toMatchObject({ status: 401 });
		inbox.pass(86_400);
		expect(await inbox.retry({ unproven: true })).toMatchObject({
			outcome: "quarantined",
			reason: "unproven",
		});
		expect(
			await inbox.retry({ settings: { signingKey: "right" } }),
		).toMatchObject({ outcome: "accepted" });
		expect(await inbox.entries()).toEqual([]);
	});

	test("that was a secret header is gone, and a person takes its place", async () => {
		const inbox = await open(newer, { key: "secret" });
		expect(await inbox.deliver(sealed, { "x-key": "other" })).toMatchObject({
			status: 401,
		});
		const refused = await inbox.retry();
		expect(refused).toMatchObject({
			outcome: "quarantined",
			reason: "unproven",
		});
		expect(refused.issues?.[0]?.message).toContain("only a person");
		expect(await inbox.events()).toEqual([]);
		expect(await inbox.retry({ unproven: true })).toMatchObject({
			outcome: "accepted",
		});
	});
});

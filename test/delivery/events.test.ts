import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { receive } from "../../functions/delivery/receive.ts";
import type { Inbox } from "../../functions/inbox/record.ts";
import { bank } from "../support/bank.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { delivery, eventsOf, openEndpoint } from "../support/endpoint.ts";
import { messageIn } from "../support/image.ts";

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

function several(count: number) {
	const events = Array.from({ length: count }, (_, index) => ({
		id: `e-${index}`,
		type: "paid",
	}));
	return { events };
}

describe("a delivery of several events", () => {
	test("is an event for each, with its own text to the last digit", async () => {
		const { endpoint, table } = await openEndpoint(cloud, bank);
		const body =
			'{"events":[ {"id":"a","type":"paid","amount":1.10} ,{"id":"b","type":"sent.out","amount":12345678901234567890}]}';
		expect(await receive(delivery(body), endpoint)).toMatchObject({
			status: 200,
			outcome: "accepted",
			metrics: { Recorded: 2 },
		});
		expect(
			(await eventsOf(cloud, table)).map(({ type }) => type).sort(),
		).toEqual(["bank.paid", "bank.sent.out"]);
		const texts = (await cloud.stream(table)).map(({ dynamodb }) =>
			messageIn(dynamodb?.NewImage),
		);
		expect(texts.join()).toContain(
			'"data":{"id":"a","type":"paid","amount":1.10}',
		);
		expect(texts.join()).toContain('"amount":12345678901234567890}');
	});

	test("sent again after a crash between two writes is completed, and each is one event", async () => {
		const { endpoint, table } = await openEndpoint(cloud, bank);
		let writes = 0;
		const inbox: Inbox = {
			...endpoint.store.inbox,
			add: async (item, leftMs) => {
				if (++writes > 60) throw new Error("the function was killed");
				return endpoint.store.inbox.add(item, leftMs);
			},
		};
		const torn = {
			...endpoint,
			store: {
				...endpoint.store,
				inbox,
				deadline: endpoint.store.deadline,
			},
		};
		const sent = delivery(several(140));
		expect(await receive(sent, torn)).toMatchObject({
			status: 503,
			outcome: "unavailable",
		});
		expect(await eventsOf(cloud, table)).toHaveLength(60);
		expect(await receive(sent, endpoint)).toMatchObject({
			status: 200,
			outcome: "accepted",
			metrics: { Recorded: 80, Duplicate: 60 },
		});
		expect(await eventsOf(cloud, table)).toHaveLength(140);
		expect(await receive(sent, endpoint)).toMatchObject({
			outcome: "duplicate",
			metrics: { Duplicate: 140 },
		});
	});

	test("writes no more than 25 at once, and what is of one subject in its order", async () => {
		const { endpoint, table } = await openEndpoint(cloud, bank);
		let now = 0;
		let most = 0;
		const inbox: Inbox = {
			...endpoint.store.inbox,
			add: async (item, leftMs) => {
				most = Math.max(most, ++now);
				const stood = await endpoint.store.inbox.add(item, leftMs);
				now--;
				return stood;
			},
		};
		const counted = {
			...endpoint,
			store: { ...endpoint.store, inbox, deadline: endpoint.store.deadline },
		};
		const { events } = several(100);
		const states = ["a", "b", "c"].map((status) => ({
			id: status,
			type: "moved",
			status,
		}));
		const sent = delivery({ events: [...states, ...events] });
		expect(await receive(sent, counted)).toMatchObject({ status: 200 });
		expect(most).toBe(25);
		const moved = (await eventsOf(cloud, table))
			.filter(({ type }) => type === "bank.moved")
			.sort((one, other) =>
				String(one.sequence) < String(other.sequence) ? -1 : 1,
			);
		expect(moved.map(({ data }) => (data as { id: string }).id)).toEqual([
			"a",
			"b",
			"c",
		]);
	});

	test("is recorded but for one that cannot be read, which the answer names and quarantine keeps", async () => {
		const { endpoint, table } = await openEndpoint(cloud, bank);
		const { events } = several(3);
		const sent = delivery({ events: [...events, { id: 7, type: "paid" }] });
		const answer = await receive(sent, endpoint);
		expect(answer).toMatchObject({
			status: 422,
			outcome: "quarantined",
			metrics: { Recorded: 3, Quarantined: 1 },
		});
		expect(JSON.parse(answer.body).errors).toMatchObject([{ field: "3.id" }]);
		expect(await eventsOf(cloud, table)).toHaveLength(3);
		expect(await receive(sent, endpoint)).toMatchObject({
			metrics: { Duplicate: 3, Quarantined: 0 },
		});
		expect(await quarantined(table)).toMatchObject([
			{ reason: { S: "invalid" }, count: { N: "2" } },
		]);
	});

	test("keeps one that is known with other content, and says so", async () => {
		const { endpoint, table } = await openEndpoint(cloud, bank);
		await receive(delivery(several(2)), endpoint);
		const other = { events: [{ id: "e-1", type: "paid", amount: 2 }] };
		expect(await receive(delivery(other), endpoint)).toMatchObject({
			status: 200,
			outcome: "quarantined",
			metrics: { Conflict: 1, Quarantined: 1 },
		});
		expect(await quarantined(table)).toMatchObject([
			{ reason: { S: "conflict" } },
		]);
	});

	test("of a thousand is taken, and of one more refused whole", async () => {
		const { endpoint, table } = await openEndpoint(cloud, bank);
		expect(await receive(delivery(several(1001)), endpoint)).toMatchObject({
			status: 422,
			outcome: "quarantined",
		});
		expect(await eventsOf(cloud, table)).toEqual([]);
		expect(await receive(delivery(several(1000)), endpoint)).toMatchObject({
			metrics: { Recorded: 1000 },
		});
	});

	test("of none tries the URL", async () => {
		const { endpoint } = await openEndpoint(cloud, bank);
		expect(await receive(delivery({ events: [] }), endpoint)).toMatchObject({
			status: 200,
			outcome: "tried",
		});
	});

	test("takes the sender's own name as the type, and an odd one as none", async () => {
		const { endpoint, table } = await openEndpoint(cloud, bank);
		const names = ["a.B_c-9", "x".repeat(100), "x".repeat(101), "a b", ""];
		const events = names.map((type, index) => ({ id: `n-${index}`, type }));
		await receive(delivery({ events }), endpoint);
		expect(
			(await eventsOf(cloud, table)).map(({ type }) => type).sort(),
		).toEqual(
			[
				"bank.a.B_c-9",
				`bank.${"x".repeat(100)}`,
				...Array(3).fill("bank.unrecognized"),
			].sort(),
		);
	});
});

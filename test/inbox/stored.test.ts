import {
	PutItemCommand,
	QueryCommand,
	ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Delivery } from "../../functions/delivery/delivery.ts";
import { receive } from "../../functions/delivery/receive.ts";
import type { Provider } from "../../functions/provider.ts";
import caminvoice from "../../functions/providers/caminvoice/provider.ts";
import { providers } from "../../functions/providers.ts";
import { type Cloud, engines, openCloud } from "../support/cloud.ts";
import { deliveryOf, openEndpoint } from "../support/endpoint.ts";
import { exampleOf } from "../support/examples.ts";
import { bytesIn, messageIn } from "../support/image.ts";

const writeUnitBytes = 1024;
/** Data of which nobody can expect that it fits, compressed, beside an item's attributes. */
const ordinaryBytes = 1500;

describe.each(engines)("on %s", (engine) => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud({ engine });
	});
	afterAll(() => cloud[Symbol.asyncDispose]());

	async function recorded(provider: Provider, more: Partial<Delivery> = {}) {
		const example = exampleOf(provider);
		const { endpoint, table } = await openEndpoint(
			cloud,
			provider,
			example.settings,
		);
		for (const one of example.deliveries) {
			if (JSON.stringify(one.body).length > ordinaryBytes) continue;
			await receive(deliveryOf(provider, example, one, more), endpoint);
		}
		const { Items = [] } = await cloud.dynamodb.send(
			new ScanCommand({ TableName: table, ConsistentRead: true }),
		);
		const items = Items.filter(({ kind }) => kind?.S === "event");
		// what its lane remembers grows with each later one
		const firsts = items.filter(({ sk }) => /^once#|#0*1$/.test(sk?.S ?? ""));
		return { table, items: firsts };
	}

	test.each(providers.map((provider) => [provider.name, provider] as const))(
		"each ordinary event of %s is one write unit, and one more in the index",
		async (_, provider) => {
			const { table, items } = await recorded(provider);
			expect(items.length).toBeGreaterThan(2);
			for (const item of items) {
				const name = JSON.parse(messageIn(item)).type;
				const size = { name, bytes: bytesIn(item) };
				expect(size).toSatisfy(({ bytes }) => bytes <= writeUnitBytes);
				const { ConsumedCapacity } = await cloud.dynamodb.send(
					new PutItemCommand({
						TableName: table,
						Item: { ...item, sk: { S: `${item.sk?.S}!` } },
						ReturnConsumedCapacity: "INDEXES",
					}),
				);
				expect(ConsumedCapacity).toMatchObject({
					Table: { CapacityUnits: 1 },
					GlobalSecondaryIndexes: { "by-hour": { CapacityUnits: 1 } },
				});
			}
		},
	);

	test("an event is listed by its hour and shard, in the order of time, with what tells events apart", async () => {
		const { table, items } = await recorded(caminvoice);
		const [item = {}] = items;
		const { Items } = await cloud.dynamodb.send(
			new QueryCommand({
				TableName: table,
				IndexName: "by-hour",
				KeyConditionExpression: "#hour = :hour AND #at BETWEEN :from AND :to",
				ExpressionAttributeNames: { "#hour": "hour", "#at": "at" },
				ExpressionAttributeValues: {
					":hour": item.hour ?? { NULL: true },
					":from": { S: "2026-11-21T12:00" },
					":to": { S: "2026-11-21T12:00:00.000Z" },
				},
			}),
		);
		const { pk, sk, kind, id, type, via, hour, at } = item;
		expect(Items).toContainEqual({ pk, sk, kind, id, type, via, hour, at });
	});

	test("the trace of a delivery stands in its message", async () => {
		const traceparent =
			"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
		const { items } = await recorded(caminvoice, { traceparent });
		for (const item of items)
			expect(JSON.parse(messageIn(item))).toMatchObject({ traceparent });
	});
});

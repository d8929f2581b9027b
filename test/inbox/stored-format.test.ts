import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withPatience } from "../../functions/aws/dynamodb.ts";
import { openMemory } from "../../functions/aws/memory.ts";
import { openDynamoDb } from "../../functions/aws/sdk/dynamodb.ts";
import { openWatches } from "../../functions/aws/watches/watches.ts";
import { once, state } from "../../functions/inbox/identity.ts";
import { quarantine } from "../../functions/inbox/quarantine.ts";
import finbox from "../../functions/providers/finbox/provider.ts";
import { readMessage } from "../../functions/queue/message.ts";
import { type Cloud, engines, openCloud } from "../support/cloud.ts";
import { openStore } from "../support/store.ts";
// as the first version wrote them; nothing here may ever change
import stored from "./stored-format.json" with { type: "json" };

const minute = 60_000;

function toAttributes(item: object): Record<string, AttributeValue> {
	return Object.fromEntries(
		Object.entries(item).map(([name, value]) => [
			name,
			value.B ? { B: Buffer.from(value.B, "base64") } : value,
		]),
	);
}

test("each stored event is still the message that it was", () => {
	const events = stored.inbox.filter(({ message }) => message);
	expect(events).toHaveLength(6);
	for (const { item, message } of events)
		expect(readMessage(item)).toMatchObject({ body: message });
});

describe.each(engines)("what the first version stored, on %s,", (engine) => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud({ engine });
	});
	afterAll(() => cloud[Symbol.asyncDispose]());

	async function found() {
		const inbox = await openStore(cloud, { retentionDays: 400 });
		for (const { item } of stored.inbox) {
			const Item = toAttributes(item);
			await cloud.dynamodb.send(
				new PutItemCommand({ TableName: inbox.table, Item }),
			);
		}
		// some minutes after the last of them
		inbox.wait(100);
		return inbox;
	}

	test("is a fact that is known, and whose content is compared", async () => {
		const inbox = await found();
		const paid = { type: "paid", subject: "invoice-1" };
		const text = '{ "currency": "EUR", "amount": 12345678901234567890.10 }';
		const other = '{ "currency": "EUR", "amount": 12345678901234567890.11 }';
		const again = (text: string) => inbox.push(once("1"), { ...paid, text });
		expect((await again(text)).outcome).toBe("repeat");
		expect((await again(other)).outcome).toBe("conflict");
	});

	test("is a lane that goes on from where it stood", async () => {
		const inbox = await found();
		const invoice = { type: "status", subject: "invoice-3" };
		const lane = "status";
		const text = '{"status":"sent"}';
		const known = state({ lane, value: "sent", key: "k-2" });
		expect((await inbox.push(known, { ...invoice, text })).outcome).toBe(
			"repeat",
		);
		const same = state({ lane, value: "sent" });
		expect((await inbox.poll(same, invoice)).outcome).toBe("repeat");
		const paid = state({ lane, value: "paid" });
		const next = await inbox.poll(paid, invoice);
		expect(next).toMatchObject({ outcome: "new", lane: { number: 4 } });
	});

	test("is a lane that says what it has forgotten", async () => {
		const inbox = await found();
		const tries = { type: "tried", subject: "invoice-4" };
		const tried = (value: string) =>
			state({ lane: "tries", value, recurring: true });
		const first = inbox.clock.now - 37 * minute;
		const old = { ...tries, time: new Date(first) };
		expect((await inbox.poll(tried("other"), old)).outcome).toBe("stale");
		const ago = { ...tries, time: new Date(inbox.clock.now - 5 * minute) };
		expect((await inbox.poll(tried("v0"), ago)).outcome).toBe("claim");
	});

	test("is a quarantine whose entry counts on", async () => {
		const inbox = await found();
		const bytes = Buffer.from("no JSON");
		const path = { group: "payment" };
		const delivery = { path, headers: {}, bytes };
		const entry = { delivery, reason: "not-json", issues: [] } as const;
		expect(await quarantine(entry, inbox.store)).toMatchObject({
			first: false,
		});
	});

	test("is a watch, its reference, and what a run left for the next", async () => {
		const table = await cloud.watchesTable();
		for (const item of stored.watches) {
			const Item = toAttributes(item);
			await cloud.dynamodb.send(new PutItemCommand({ TableName: table, Item }));
		}
		const now = () => new Date(Date.UTC(2030, 0, 1, 2));
		const rules = finbox.poll?.watches;
		if (!rules) throw new Error("FinBox has no watches.");
		const dynamodb = withPatience(openDynamoDb());
		const watches = openWatches({ table, rules, now, dynamodb });
		expect(await watches.list()).toMatchObject({
			watches: [{ subject: "link-1", kind: "link", reference: "ref-1" }],
		});
		expect(await watches.byReference("ref-1")).toBe("link-1");
		expect(await openMemory({ table, now, dynamodb }).read("cursor")).toEqual({
			value: { since: "2030-01-01T00:00:00.000Z" },
			version: 1,
		});
	});
});

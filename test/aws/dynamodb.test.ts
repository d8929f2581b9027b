import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { withPatience } from "../../functions/aws/dynamodb.ts";
import { openWatches } from "../../functions/aws/watches/watches.ts";
import type { Watches } from "../../functions/polling/poll.ts";
import { type Client, clients } from "../support/clients.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { type Fault, openWire } from "../support/wire.ts";

const rules: Watches = {
	kinds: ["row"],
	subject: z.string(),
	firstSeconds: 60,
	longestSeconds: 3600,
	async *ask() {
		yield { sightings: [] };
		return "waiting";
	},
};

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

/** A provider's watches on a wire whose next requests meet these faults. */
async function openOnWire(client: Client, leftMs: number, faults: Fault[]) {
	const table = await cloud.watchesTable();
	const wire = await openWire(cloud.endpoints.dynamodb, () => faults.shift());
	const dynamodb = withPatience(
		client.openDynamoDb(wire.endpoint),
		() => leftMs,
	);
	return {
		watches: openWatches({ table, rules, dynamodb }),
		passed: wire.passed,
		[Symbol.asyncDispose]: () => wire[Symbol.asyncDispose](),
	};
}

describe.each(clients)("a watch, by $by", (client) => {
	const openFaulty = (leftMs: number, faults: Fault[]) =>
		openOnWire(client, leftMs, faults);

	test.each<[string, Fault]>([
		["a fault of the service", { status: 500, code: "InternalServerError" }],
		["a transaction", { status: 400, code: "TransactionConflictException" }],
		["a connection that breaks", "reset"],
		["no answer for two seconds", "hang"],
		["half an answer, and silence", "stall"],
		["half an answer", "cut"],
		["an answer that was lost", "lost"],
		["another server's answer", { status: 200, text: "<html>" }],
	])("is started, named and found in spite of %s", async (_, fault) => {
		await using faulty = await openFaulty(8000, [fault]);
		const { watches } = faulty;
		const request = { subject: "s", reference: "r" };
		expect(await watches.start(request)).toMatchObject({ known: false });
		expect(await watches.byReference("r")).toBe("s");
		expect((await watches.list()).watches).toHaveLength(1);
	});

	test("is started when an outage ends before the time is up", async () => {
		await using faulty = await openFaulty(8000, Array(7).fill("reset"));
		expect(await faulty.watches.start({ subject: "s" })).toBeDefined();
		expect(faulty.passed.length).toBeGreaterThan(7);
	});

	test("is given up when the time is up, and at once where nothing passes", async () => {
		await using away = await openFaulty(100, Array(1000).fill("reset"));
		await expect(away.watches.start({ subject: "s" })).rejects.toThrow();
		const denied = { status: 400, code: "AccessDeniedException" };
		await using refused = await openFaulty(8000, [denied, denied]);
		await expect(refused.watches.start({ subject: "s" })).rejects.toThrow();
		expect(refused.passed).toHaveLength(1);
	});
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import provider from "../../functions/providers/stripe/provider.ts";
import openSimulator from "../../functions/providers/stripe/simulator.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { expectOneEvent } from "../support/meet.ts";
import { openTestBed, type TestBedOptions } from "../support/test-bed.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const always = Number.POSITIVE_INFINITY;
const minute = 60;
const day = 86_400;

const open = (options?: TestBedOptions) =>
	openTestBed(cloud, provider, openSimulator, options);
type Bed = Awaited<ReturnType<typeof open>>;

const charge = (id: string, type = "charge.succeeded") => ({
	type,
	object: { id, object: "charge", amount: 1250 },
});

/** So many events whose webhooks are lost. */
async function lose(bed: Bed, count: number): Promise<void> {
	bed.simulator.webhooks.fate("drop", count);
	for (let each = 0; each < count; each++)
		await bed.acts.occur(charge(`ch_${each}`));
}

const idsOf = async (bed: Bed) =>
	(await bed.events()).map(({ data }) => data.id).sort();

describe("the poll", () => {
	test("brings what Stripe could not deliver, in the webhook's shape, and nothing else", async () => {
		await using bed = await open();
		await bed.acts.occur(charge("ch_sent"));
		await lose(bed, 1);
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({
			requests: 3,
			observed: 1,
			recovered: 1,
			failed: 0,
		});
		const [sent, found] = await bed.events();
		expect(found).toMatchObject({
			type: "stripe.charge.succeeded",
			subject: "ch_0",
			via: "poll",
			data: { id: "evt_2", data: { object: { amount: 1250 } } },
		});
		expect(Object.keys(found?.data ?? {})).toEqual(
			Object.keys(sent?.data ?? {}),
		);
		expect(found?.data).not.toHaveProperty("pending_webhooks");
	});

	test("lists whatever happened where that is set, and only the types that are", async () => {
		await using bed = await open({
			settings: { listed: "all", types: "charge.failed, charge.refunded" },
		});
		await bed.acts.occur(charge("ch_1"));
		bed.simulator.webhooks.fate("drop", always);
		await bed.acts.occur(charge("ch_2", "charge.failed"));
		await bed.acts.occur(charge("ch_3", "charge.refunded"));
		await bed.acts.occur(charge("ch_4"));
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({ observed: 2, recovered: 2 });
		expect(await idsOf(bed)).toEqual(["evt_1", "evt_2", "evt_3"]);
	});

	test("reads a day of several pages whole", async () => {
		await using bed = await open();
		await lose(bed, 250);
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({ recovered: 250, failed: 0 });
		expect(bed.simulator.requests).toHaveLength(5);
	});

	test("reads what is about to be forgotten first, and goes on there after a failure", async () => {
		await using bed = await open();
		await bed.poll();
		bed.pass(2 * day);
		await lose(bed, 1);
		bed.pass(27 * day);
		await lose(bed, 1);
		bed.pass(minute);
		bed.simulator.faults.add({
			kind: "status",
			status: 500,
			path: "/v1/events",
			after: 10,
			times: 2,
		});
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 1 });
		expect(await idsOf(bed)).toEqual(["evt_1"]);
		const before = bed.simulator.requests.length;
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
		expect(await idsOf(bed)).toEqual(["evt_1", "evt_2"]);
		expect(bed.simulator.requests.length - before).toBeLessThan(30);
	});

	test("says since when something may be forgotten, and brings the rest", async () => {
		await using bed = await open();
		await bed.poll();
		await lose(bed, 1);
		bed.pass(31 * day);
		await lose(bed, 1);
		bed.pass(minute);
		const summary = await bed.poll();
		expect(summary).toMatchObject({ recovered: 1, failed: 1 });
		expect(Object.keys(summary.failures ?? {})).toEqual([
			"What has happened since 2026-11-21T12:00:00.000Z may be older than what the provider lists.",
		]);
		expect(await idsOf(bed)).toEqual(["evt_2"]);
	});

	test("keeps a row that it cannot read, and brings the others", async () => {
		await using bed = await open();
		const data = [
			{ object: "event", type: "charge.succeeded", created: "now" },
			{
				id: "evt_9",
				object: "event",
				type: "charge.succeeded",
				created: bed.clock.now.getTime() / 1000,
				data: { object: {} },
			},
		];
		bed.simulator.faults.add({
			kind: "shape",
			body: { data, has_more: false },
		});
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 1 });
		expect(await idsOf(bed)).toEqual(["evt_9"]);
	});

	test.each([
		[
			"a list that says there is more, but not where",
			{ data: [], has_more: true },
		],
		["no list", { object: "error" }],
	])("calls %s an unknown shape", async (_, body) => {
		await using bed = await open();
		bed.simulator.faults.add({ kind: "shape", body, times: always });
		const { failures = {} } = await bed.poll();
		expect(Object.keys(failures).join()).toContain("unknown shape");
	});

	test("says which setting is wrong where the key is", async () => {
		await using bed = await open({ settings: { apiKey: "another" } });
		expect(await bed.poll()).toMatchObject({ settings: ["apiKey"] });
	});
});

test("copies of a webhook that differ in what is still to be delivered are one event", async () => {
	await using bed = await open();
	await bed.acts.occur(charge("ch_1"));
	const [sent] = bed.simulator.webhooks.sent;
	if (!sent) throw new Error("nothing was sent");
	const text = sent.text.replace(
		'"pending_webhooks":1',
		'"pending_webhooks":2',
	);
	expect(text).not.toBe(sent.text);
	expect(await bed.deliver({ ...sent, text })).toBe(200);
	expect(await bed.events()).toHaveLength(1);
	expect(await bed.quarantined()).toEqual([]);
});

test("a webhook and the poll that finds the same event are one", () =>
	expectOneEvent({
		provider,
		open,
		happen: ({ acts }) => acts.occur(charge("ch_1")),
		events: ["charge.succeeded"],
		gap: { min: 1, max: 7200 },
	}));

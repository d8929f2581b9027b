import { afterAll, beforeAll, describe, expect, test } from "vitest";
import provider from "../../functions/providers/photon/provider.ts";
import openSimulator from "../../functions/providers/photon/simulator.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { expectOneEvent } from "../support/meet.ts";
import { openTestBed, type TestBedOptions } from "../support/test-bed.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const photon_key = "data/johndoe@abc.com/2026-01-05/23-40-12_a b+c.json";
const open = (options?: TestBedOptions) =>
	openTestBed(cloud, provider, openSimulator, options);
const minute = 60;

describe.each(["json", "webhook"])("the %s endpoint", (endpoint) => {
	test("brings a document that is done, once, and ends its watch", async () => {
		await using bed = await open({ settings: { endpoint } });
		bed.acts.submit({ photon_key });
		await bed.watch({ subject: photon_key });
		bed.pass(2 * minute);
		expect(await bed.poll()).toMatchObject({
			requests: 1,
			observed: 0,
			failed: 0,
		});
		expect(await bed.watches()).toHaveLength(1);
		bed.simulator.webhooks.fate("drop");
		await bed.acts.finish({ photon_key, data: { Total: 1871.8 } });
		bed.pass(5 * minute);
		expect(await bed.poll()).toMatchObject({
			recovered: 1,
			ended: 1,
			failed: 0,
		});
		expect(await bed.events()).toMatchObject([
			{
				type: "photon.document.processed",
				subject: photon_key,
				via: "poll",
				data: { data: { photon_key, Total: 1871.8 }, status: "success" },
			},
		]);
		expect(await bed.watches()).toEqual([]);
	});
});

describe("the poll", () => {
	test.each(["array", "bare"] as const)(
		"reads an answer that is %s",
		async (shape) => {
			await using bed = await open();
			bed.simulator.webhooks.fate("drop");
			bed.acts.answerAs({ shape });
			bed.acts.submit({ photon_key });
			await bed.acts.finish({ photon_key });
			await bed.watch({ subject: photon_key });
			bed.pass(2 * minute);
			expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
			const [event] = await bed.events();
			expect(event?.data).toMatchObject({ data: { photon_key } });
			expect(
				provider.events["document.processed"].safeParse(event?.data).success,
			).toBe(true);
		},
	);

	test.each([
		["an empty array", []],
		["an array of two", [{ Total: 1 }, { Total: 2 }]],
		["empty data", { data: {}, message: "success", status: "success" }],
		["another message", { message: "Please wait.", status: "success" }],
		["another document", { photon_key: "other", Total: 1 }],
		["data of another kind", { data: "done", status: "success" }],
	])("calls %s an unknown shape and keeps asking", async (_, body) => {
		await using bed = await open();
		bed.acts.submit({ photon_key });
		await bed.watch({ subject: photon_key });
		bed.pass(2 * minute);
		bed.simulator.faults.add({ kind: "shape", body });
		const summary = await bed.poll();
		expect(summary).toMatchObject({ failed: 1, observed: 0 });
		expect(Object.keys(summary.failures ?? {}).join()).toContain(
			"unknown shape",
		);
		expect(JSON.stringify(summary)).not.toContain("johndoe");
		expect(await bed.quarantined()).toMatchObject([
			{ reason: "polled", body: JSON.stringify(body) },
		]);
		expect(await bed.watches()).toHaveLength(1);
	});

	test("asks nothing about a document that the webhook has brought", async () => {
		await using bed = await open();
		bed.acts.submit({ photon_key });
		await bed.watch({ subject: photon_key });
		await bed.acts.finish({ photon_key });
		bed.pass(2 * minute);
		expect(await bed.poll()).toMatchObject({ requests: 0, ended: 1 });
		expect(await bed.events()).toMatchObject([{ via: "webhook" }]);
	});

	test("is begun by a bare key that Photon's submission answered", async () => {
		await using bed = await open();
		const submitted = bed.acts.submit({ photon_key });
		const text = JSON.stringify(submitted);
		await bed.deliver({ path: "", headers: {}, text, attempt: 1 });
		bed.simulator.webhooks.fate("drop");
		await bed.acts.finish({ photon_key });
		bed.pass(2 * minute);
		expect(await bed.poll()).toMatchObject({ recovered: 1 });
	});

	test("and a callback that knows only the reference meet in one event", async () => {
		await using bed = await open();
		bed.acts.submit({ photon_key, ID: "order-1" });
		await bed.watch({ subject: photon_key, reference: "order-1" });
		await bed.acts.finish({ photon_key, by: "ID" });
		const [event] = await bed.events();
		expect(event).toMatchObject({ subject: photon_key, via: "webhook" });
		bed.pass(2 * minute);
		expect(await bed.poll()).toMatchObject({ requests: 0, ended: 1 });
		expect(await bed.events()).toHaveLength(1);
	});

	test("shows the reference that the callback would have shown", async () => {
		await using bed = await open();
		bed.acts.submit({ photon_key, ID: "order-1" });
		await bed.watch({ subject: photon_key, reference: "order-1" });
		bed.simulator.webhooks.fate("drop");
		await bed.acts.finish({ photon_key });
		const [lost] = bed.simulator.webhooks.sent;
		bed.pass(2 * minute);
		await bed.poll();
		const [event] = await bed.events();
		expect(event?.data).toEqual(JSON.parse(lost?.text ?? ""));
	});

	test("keeps asking about a document that is gone, and says that it failed", async () => {
		await using bed = await open();
		bed.acts.submit({ photon_key });
		bed.acts.remove({ photon_key });
		await bed.watch({ subject: photon_key });
		bed.pass(2 * minute);
		expect(await bed.poll()).toMatchObject({ failed: 1, observed: 0 });
		expect(await bed.watches()).toHaveLength(1);
	});

	test("takes a used-up quota for a failure and not for wrong credentials", async () => {
		await using bed = await open();
		bed.acts.submit({ photon_key });
		await bed.watch({ subject: photon_key });
		bed.pass(2 * minute);
		const message =
			"The free trial includes 20 pages. Please upgrade your plan";
		bed.simulator.faults.add({
			kind: "status",
			status: 403,
			body: { message },
		});
		const quota = await bed.poll();
		expect(quota.failed).toBe(1);
		expect(quota.settings).toBeUndefined();
		bed.settings.secretKey = "another";
		bed.pass(10 * minute);
		expect((await bed.poll()).settings).toContain("secretKey");
	});
});

test("a webhook and the poll that finds the same document are one event", () =>
	expectOneEvent({
		provider,
		async open() {
			const bed = await open();
			bed.acts.submit({ photon_key });
			await bed.watch({ subject: photon_key });
			bed.pass(2 * minute);
			return bed;
		},
		happen: ({ acts }) => acts.finish({ photon_key }),
		events: ["document.processed"],
		gap: { min: 1, max: 7200 },
	}));

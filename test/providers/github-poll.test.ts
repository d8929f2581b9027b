import { afterAll, beforeAll, describe, expect, test } from "vitest";
import provider from "../../functions/providers/github/provider.ts";
import openSimulator from "../../functions/providers/github/simulator.ts";
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

const opened = (number: number, hook?: string) => ({
	event: "issues",
	hook,
	payload: { action: "opened", issue: { number }, repository: { id: 1296269 } },
});

const numbersOf = async (bed: Bed) =>
	(await bed.events())
		.map(({ data }) => (data.issue as { number: number }).number)
		.sort((one, other) => one - other);

describe("the poll", () => {
	test("fetches what was not delivered, and nothing that was", async () => {
		await using bed = await open();
		await bed.acts.happen(opened(1));
		bed.simulator.webhooks.fate("drop");
		await bed.acts.happen(opened(2));
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({
			requests: 2,
			recovered: 1,
			failed: 0,
		});
		const [sent, found] = await bed.events();
		expect(found).toMatchObject({
			type: "github.issues",
			subject: sent?.subject,
			via: "poll",
			time: "2026-11-21T12:00:00.000Z",
			data: opened(2).payload,
		});
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({ requests: 1, observed: 0 });
	});

	test("fetches none that a redelivery has brought since", async () => {
		await using bed = await open();
		bed.simulator.webhooks.fate("drop");
		await bed.acts.happen(opened(1));
		bed.pass(minute);
		await bed.acts.redeliver({ id: 1 });
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({ requests: 1, observed: 0 });
		expect(await bed.events()).toMatchObject([{ via: "webhook" }]);
	});

	test("reads every page, and each webhook that is named, of repositories and organizations", async () => {
		const hooks = ["octo-org/hello/1", "octo-org/7"];
		await using bed = await open({ settings: { hooks } });
		bed.simulator.webhooks.fate("drop");
		await bed.acts.happen(opened(1));
		for (let each = 0; each < 120; each++)
			await bed.acts.happen({ event: "ping", payload: {} });
		bed.simulator.webhooks.fate("drop");
		await bed.acts.happen(opened(2, "octo-org/7"));
		bed.pass(minute);
		expect(await bed.poll()).toMatchObject({
			requests: 5,
			recovered: 2,
			failed: 0,
		});
		expect(await numbersOf(bed)).toEqual([1, 2]);
		expect(bed.simulator.requests.map(({ path }) => path)).toContain(
			"/orgs/octo-org/hooks/7/deliveries",
		);
	});

	test("fetches all where that is set, and no ping", async () => {
		await using bed = await open({ settings: { listed: "all" } });
		await bed.acts.happen(opened(1));
		await bed.acts.happen({ event: "ping", payload: { zen: "…" } });
		bed.pass(minute);
		expect(await bed.poll()).toMatchObject({ requests: 2, known: 1 });
	});

	test("holds a delivery that cannot be had for a day, and brings the others", async () => {
		await using bed = await open();
		bed.simulator.webhooks.fate("drop", 2);
		await bed.acts.happen(opened(1));
		await bed.acts.happen(opened(2));
		bed.simulator.faults.add({
			kind: "status",
			status: 404,
			path: "/deliveries/1",
			times: 2,
		});
		bed.pass(minute);
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 1 });
		bed.pass(12 * 3600);
		expect(await bed.poll()).toMatchObject({ failed: 1 });
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
		expect(await numbersOf(bed)).toEqual([1, 2]);
	});

	test("says since when something may be forgotten, and brings the rest", async () => {
		await using bed = await open();
		await bed.poll();
		bed.pass(4 * day);
		bed.simulator.webhooks.fate("drop");
		await bed.acts.happen(opened(1));
		bed.pass(minute);
		const { failures = {}, recovered } = await bed.poll();
		expect(recovered).toBe(1);
		expect(Object.keys(failures)).toEqual([
			expect.stringContaining("since 2026-11-21T12:00:00.000Z may be older"),
		]);
	});

	test.each([
		["no list", { message: "moved" }],
		["rows of another kind", Array(4).fill({ uuid: 1 })],
	])("calls %s an unknown shape", async (_, body) => {
		await using bed = await open();
		bed.simulator.faults.add({ kind: "shape", body, times: always });
		const { failures = {} } = await bed.poll();
		expect(Object.keys(failures).join()).toContain("unknown shape");
	});

	test("says which setting is wrong where the token is, and not where its limit is used up", async () => {
		await using bed = await open();
		bed.simulator.faults.add({ kind: "status", status: 403 });
		expect((await bed.poll()).settings).toBeUndefined();
		bed.settings.apiToken = "another";
		bed.pass(10 * minute);
		expect((await bed.poll()).settings).toContain("apiToken");
	});
});

test("a webhook and the poll that finds the same delivery are one event", () =>
	expectOneEvent({
		provider,
		open,
		happen: ({ acts }) => acts.happen(opened(1)),
		events: ["issues"],
		gap: { min: 1, max: 7200 },
	}));

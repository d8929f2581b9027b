import { afterAll, beforeAll, describe, expect, test } from "vitest";
import provider from "../../functions/providers/dealpos/provider.ts";
import openSimulator, {
	type DealposOptions,
} from "../../functions/providers/dealpos/simulator.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { expectOneEvent, expectSameShape } from "../support/meet.ts";
import { openTestBed, type TestBedOptions } from "../support/test-bed.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const ID = "1c2a88a6-d99c-4915-91af-a36110c34c7a";
const minute = 60;
const day = 24 * 3600;

const open = (around: DealposOptions = {}, options: TestBedOptions = {}) =>
	openTestBed(
		cloud,
		provider,
		(more) => openSimulator({ ...around, ...more }),
		options,
	);
type TestBed = Awaited<ReturnType<typeof open>>;

const lose = (bed: TestBed) =>
	bed.simulator.webhooks.fate("drop", Number.POSITIVE_INFINITY);
const windows = (bed: TestBed) =>
	bed.simulator.requests
		.filter(({ path }) => path.endsWith("/p"))
		.map(({ text }) => JSON.parse(text));
const types = async (bed: TestBed) =>
	(await bed.events()).map(({ type }) => type.replace("dealpos.payment.", ""));

describe("the poll", () => {
	test("brings a payment as created, in the webhook's shape", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.pay({ ID, Amount: 100000.5, Outlet: "Outlet2" });
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
		const [event] = await bed.events();
		expect(event).toMatchObject({
			type: "dealpos.payment.created",
			subject: ID,
		});
		expect(event?.data).toEqual(bed.simulator.facts()[0]);
		if (event) expectSameShape(event, provider);
	});

	test("brings what changed as updated, there and back again", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.pay({ ID, Amount: 1 });
		for (const Amount of [2, 1]) {
			await bed.poll();
			bed.pass(10 * minute);
			await bed.acts.update({ ID, Amount });
		}
		await bed.poll();
		expect(await types(bed)).toEqual(["created", "updated", "updated"]);
		for (const event of await bed.events()) expectSameShape(event, provider);
	});

	test("brings an update for a payment whose creation only the webhook brought", async () => {
		await using bed = await open();
		await bed.acts.pay({ ID, Amount: 1 });
		lose(bed);
		await bed.acts.update({ ID, Amount: 2 });
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({ recovered: 1 });
		expect(await types(bed)).toEqual(["created", "updated"]);
	});

	test("does not call a payment created that a webhook has called updated", async () => {
		await using bed = await open();
		bed.simulator.webhooks.fate("drop");
		await bed.acts.pay({ ID, Amount: 1 });
		await bed.acts.update({ ID, Amount: 2 });
		expect(await bed.poll()).toMatchObject({ known: 1, recovered: 0 });
		expect(await types(bed)).toEqual(["updated"]);
	});

	test("infers nothing from a payment that is listed no more", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.pay({ ID });
		await bed.poll();
		await bed.acts.remove({ ID });
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({ observed: 0, failed: 0 });
		expect(await types(bed)).toEqual(["created"]);
	});

	test("drops what it saw while a webhook came, and finds it later", async () => {
		await using bed = await open();
		await bed.acts.pay({ ID, Amount: 1 });
		bed.pass(10 * minute);
		bed.simulator.webhooks.fate("hold");
		await bed.acts.update({ ID, Amount: 2 });
		bed.simulator.webhooks.fate("drop");
		await bed.acts.update({ ID, Amount: 3 });
		await bed.simulator.webhooks.release();
		expect(await bed.poll()).toMatchObject({ stale: 1, recovered: 0 });
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({ stale: 0, recovered: 1 });
	});

	test("brings every payment but one that cannot be read, and that one when it can", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.pay({ ID: "odd", Method: "" });
		for (let number = 0; number < 12; number++)
			await bed.acts.pay({ ID: `p-${number}` });
		expect(await bed.poll()).toMatchObject({ recovered: 12, failed: 1 });
		bed.pass(20 * 3600);
		await bed.acts.update({ ID: "odd", Method: "Cash" });
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
		expect(await bed.quarantined()).toMatchObject([
			{ reason: "polled", body: expect.stringContaining('"odd"') },
		]);
	});

	test("moves on when a payment has been odd for a day", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.pay({ ID: "odd", Method: "" });
		for (let hours = 0; hours < 24 * 6; hours += 6) {
			await bed.poll();
			bed.pass(6 * 3600);
		}
		await bed.acts.pay({ ID });
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
		expect(windows(bed).at(-1)).toMatchObject({ From: "2026-11-26" });
	});

	test.each([
		["another list", { Data: [] }],
		["a group without payments", [{ Outlet: "Outlet1" }]],
		[
			"a payment without its ID",
			[{ Outlet: "Outlet1", Payments: [{ Amount: 1 }] }],
		],
	])("calls %s an unknown shape", async (_, body) => {
		await using bed = await open();
		bed.simulator.faults.add({ kind: "shape", body, path: "/Payment/" });
		const { failed, failures } = await bed.poll();
		expect(failed).toBe(1);
		expect(Object.keys(failures ?? {}).join()).toContain("unknown shape");
	});
});

describe("the window", () => {
	test.each(["+07:00", "+08:00", "+09:00"] as const)(
		"holds a payment of every hour of the day in %s, with no zone set",
		async (zone) => {
			for (let hour = 0; hour < 24; hour += 3) {
				const start = new Date(Date.UTC(2026, 10, 21, hour, 59));
				await using bed = await open({ zone }, { start });
				lose(bed);
				await bed.acts.pay({ ID });
				expect([hour, (await bed.poll()).recovered]).toEqual([hour, 1]);
			}
		},
	);

	test("is yesterday and today where the zone is set", async () => {
		const start = new Date("2026-11-21T18:00:00Z");
		await using bed = await open({}, { start, settings: { zone: "+07:00" } });
		await bed.poll();
		expect(windows(bed)).toEqual([{ From: "2026-11-21", To: "2026-11-22" }]);
	});

	test("reaches back to the last complete pass, a few days at a time", async () => {
		await using bed = await open();
		lose(bed);
		await bed.poll();
		for (let passed = 0; passed < 8; passed++) {
			bed.pass(day);
			await bed.acts.pay({ ID: `payment-${passed}` });
		}
		expect(await bed.poll()).toMatchObject({ recovered: 8, failed: 0 });
		expect(windows(bed).slice(1)).toEqual([
			{ From: "2026-11-20", To: "2026-11-22" },
			{ From: "2026-11-23", To: "2026-11-25" },
			{ From: "2026-11-26", To: "2026-11-28" },
			{ From: "2026-11-29", To: "2026-11-29" },
		]);
	});

	test("of a first pass that fails for days begins where it first would have", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.pay({ ID });
		const fault = { kind: "status", status: 500, path: "/Payment/" } as const;
		bed.simulator.faults.add({ ...fault, times: Number.POSITIVE_INFINITY });
		for (let passed = 0; passed < 4; passed++) {
			await bed.poll();
			bed.pass(day);
		}
		bed.simulator.faults.clear();
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
	});

	test("does not move beyond what it saw too early, however far back that lies", async () => {
		await using bed = await open();
		await bed.poll();
		const { webhooks } = bed.simulator;
		webhooks.fate("hold");
		await bed.acts.pay({ ID, Amount: 1 });
		lose(bed);
		await bed.acts.update({ ID, Amount: 2 });
		bed.pass(4 * day);
		await webhooks.release();
		expect(await bed.poll()).toMatchObject({ stale: 1, recovered: 0 });
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({ stale: 0, recovered: 1 });
	});

	test("goes on behind the days that are durable when it fails half way", async () => {
		await using bed = await open();
		lose(bed);
		await bed.poll();
		for (let passed = 0; passed < 5; passed++) {
			bed.pass(day);
			await bed.acts.pay({ ID: `payment-${passed}` });
		}
		const fault = { kind: "status", status: 500, path: "/Payment/" } as const;
		bed.simulator.faults.add({ ...fault, after: 1, times: 2 });
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 1 });
		bed.pass(10 * minute);
		expect(await bed.poll()).toMatchObject({
			recovered: 4,
			known: 0,
			failed: 0,
		});
	});
});

describe("the poller never hurts:", () => {
	test("it never sends the request that would add a payment, whatever the API answers", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.pay({ ID });
		const { faults } = bed.simulator;
		const path = "/Payment/";
		faults.add({
			kind: "redirect",
			location: "/api/v3/Payment/Invoice",
			path,
			times: 2,
		});
		faults.add({ kind: "status", status: 404, path });
		faults.add({ kind: "status", status: 405, path });
		for (let run = 0; run < 5; run++) {
			await bed.poll();
			bed.pass(10 * minute);
		}
		const sent = bed.simulator.requests.map(
			({ method, path }) => `${method} ${path}`,
		);
		expect(new Set(sent)).toEqual(
			new Set(["POST /api/v3/Token/OAuth2", "POST /api/v3/Payment/Invoice/p"]),
		);
		expect(bed.simulator.facts()).toHaveLength(1);
	});

	test.each(["", "/api/v3/Payment/Invoice?", "/api/v3/Payment/Invoice#"])(
		"no address that a person may set makes another request of it: %j",
		async (suffix) => {
			await using bed = await open();
			bed.settings.apiUrl = `${bed.simulator.url}${suffix}`;
			await bed.poll();
			const paths = bed.simulator.requests.map(({ path }) => path);
			expect(paths).not.toContain("/api/v3/Payment/Invoice");
		},
	);

	test("it leaves 20 of 50 requests in 180 seconds to the account's other users", async () => {
		await using bed = await open();
		for (let run = 0; run < 60; run++) {
			await bed.poll();
			bed.pass(1);
		}
		const { requests } = bed.simulator;
		expect(requests.length).toBeLessThanOrEqual(30);
		expect(requests.every(({ status }) => status === 200)).toBe(true);
	});

	test("it stays away for the window when others have used it up", async () => {
		await using bed = await open({ limit: 3 });
		await bed.poll();
		bed.pass(1);
		await bed.poll();
		const before = bed.simulator.requests.length;
		for (let run = 0; run < 3; run++) {
			bed.pass(30);
			expect(await bed.poll()).toMatchObject({
				requests: 0,
				stopped: "provider",
			});
		}
		expect(bed.simulator.requests).toHaveLength(before);
		bed.pass(180);
		expect(await bed.poll()).toMatchObject({ requests: 1, failed: 0 });
	});
});

describe("a webhook and the poll that finds the same fact are one event:", () => {
	const gap = { min: 1, max: 7200 };

	test("a payment", () =>
		expectOneEvent({
			provider,
			open,
			happen: ({ acts }) => acts.pay({ ID }),
			events: ["payment.created"],
			gap,
		}));

	test("its update", () =>
		expectOneEvent({
			provider,
			async open() {
				const bed = await open();
				bed.simulator.webhooks.fate("drop");
				await bed.acts.pay({ ID });
				await bed.poll();
				bed.pass(10 * minute);
				return bed;
			},
			happen: ({ acts }) => acts.update({ ID, Amount: 90000 }),
			events: ["payment.updated"],
			known: ["payment.created"],
			gap,
		}));
});

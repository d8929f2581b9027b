import { afterAll, beforeAll, describe, expect, test } from "vitest";
import provider from "../../functions/providers/dealpos/provider.ts";
import openSimulator, {
	type DealposOptions,
} from "../../functions/providers/dealpos/simulator.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { expectOneEvent, expectSameShape } from "../support/meet.ts";
import { openWorld, type WorldOptions } from "../support/world.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const ID = "1c2a88a6-d99c-4915-91af-a36110c34c7a";
const minute = 60;
const day = 24 * 3600;

const open = (around: DealposOptions = {}, options: WorldOptions = {}) =>
	openWorld(
		cloud,
		provider,
		(more) => openSimulator({ ...around, ...more }),
		options,
	);
type World = Awaited<ReturnType<typeof open>>;

const lose = (world: World) =>
	world.simulator.webhooks.fate("drop", Number.POSITIVE_INFINITY);
const windows = (world: World) =>
	world.simulator.requests
		.filter(({ path }) => path.endsWith("/p"))
		.map(({ text }) => JSON.parse(text));
const types = async (world: World) =>
	(await world.events()).map(({ type }) =>
		type.replace("dealpos.payment.", ""),
	);

describe("the poll", () => {
	test("brings a payment as created, in the webhook's shape", async () => {
		await using world = await open();
		lose(world);
		await world.acts.pay({ ID, Amount: 100000.5, Outlet: "Outlet2" });
		expect(await world.poll()).toMatchObject({ recovered: 1, failed: 0 });
		const [event] = await world.events();
		expect(event).toMatchObject({
			type: "dealpos.payment.created",
			subject: ID,
		});
		expect(event?.data).toEqual(world.simulator.facts()[0]);
		if (event) expectSameShape(event, provider);
	});

	test("brings what changed as updated, there and back again", async () => {
		await using world = await open();
		lose(world);
		await world.acts.pay({ ID, Amount: 1 });
		for (const Amount of [2, 1]) {
			await world.poll();
			world.pass(10 * minute);
			await world.acts.update({ ID, Amount });
		}
		await world.poll();
		expect(await types(world)).toEqual(["created", "updated", "updated"]);
		for (const event of await world.events()) expectSameShape(event, provider);
	});

	test("brings an update for a payment whose creation only the webhook brought", async () => {
		await using world = await open();
		await world.acts.pay({ ID, Amount: 1 });
		lose(world);
		await world.acts.update({ ID, Amount: 2 });
		world.pass(10 * minute);
		expect(await world.poll()).toMatchObject({ recovered: 1 });
		expect(await types(world)).toEqual(["created", "updated"]);
	});

	test("does not call a payment created that a webhook has called updated", async () => {
		await using world = await open();
		world.simulator.webhooks.fate("drop");
		await world.acts.pay({ ID, Amount: 1 });
		await world.acts.update({ ID, Amount: 2 });
		expect(await world.poll()).toMatchObject({ known: 1, recovered: 0 });
		expect(await types(world)).toEqual(["updated"]);
	});

	test("infers nothing from a payment that is listed no more", async () => {
		await using world = await open();
		lose(world);
		await world.acts.pay({ ID });
		await world.poll();
		await world.acts.remove({ ID });
		world.pass(10 * minute);
		expect(await world.poll()).toMatchObject({ observed: 0, failed: 0 });
		expect(await types(world)).toEqual(["created"]);
	});

	test("drops what it saw while a webhook came, and finds it later", async () => {
		await using world = await open();
		await world.acts.pay({ ID, Amount: 1 });
		world.pass(10 * minute);
		world.simulator.webhooks.fate("hold");
		await world.acts.update({ ID, Amount: 2 });
		world.simulator.webhooks.fate("drop");
		await world.acts.update({ ID, Amount: 3 });
		await world.simulator.webhooks.release();
		expect(await world.poll()).toMatchObject({ stale: 1, recovered: 0 });
		world.pass(10 * minute);
		expect(await world.poll()).toMatchObject({ stale: 0, recovered: 1 });
	});

	test.each([
		["another list", { Data: [] }],
		["a group without payments", [{ Outlet: "Outlet1" }]],
		[
			"a payment without its ID",
			[{ Outlet: "Outlet1", Payments: [{ Amount: 1 }] }],
		],
	])("calls %s an unknown shape", async (_, body) => {
		await using world = await open();
		world.simulator.faults.add({ kind: "shape", body, path: "/Payment/" });
		const { failed, failures } = await world.poll();
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
				await using world = await open({ zone }, { start });
				lose(world);
				await world.acts.pay({ ID });
				expect([hour, (await world.poll()).recovered]).toEqual([hour, 1]);
			}
		},
	);

	test("is yesterday and today where the zone is set", async () => {
		const start = new Date("2026-11-21T18:00:00Z");
		await using world = await open({}, { start, settings: { zone: "+07:00" } });
		await world.poll();
		expect(windows(world)).toEqual([{ From: "2026-11-21", To: "2026-11-22" }]);
	});

	test("reaches back to the last complete pass, a few days at a time", async () => {
		await using world = await open();
		lose(world);
		await world.poll();
		for (let passed = 0; passed < 8; passed++) {
			world.pass(day);
			await world.acts.pay({ ID: `payment-${passed}` });
		}
		expect(await world.poll()).toMatchObject({ recovered: 8, failed: 0 });
		expect(windows(world).slice(1)).toEqual([
			{ From: "2026-11-20", To: "2026-11-22" },
			{ From: "2026-11-23", To: "2026-11-25" },
			{ From: "2026-11-26", To: "2026-11-28" },
			{ From: "2026-11-29", To: "2026-11-29" },
		]);
	});

	test("of a first pass that fails for days begins where it first would have", async () => {
		await using world = await open();
		lose(world);
		await world.acts.pay({ ID });
		const fault = { kind: "status", status: 500, path: "/Payment/" } as const;
		world.simulator.faults.add({ ...fault, times: Number.POSITIVE_INFINITY });
		for (let passed = 0; passed < 4; passed++) {
			await world.poll();
			world.pass(day);
		}
		world.simulator.faults.clear();
		expect(await world.poll()).toMatchObject({ recovered: 1, failed: 0 });
	});

	test("does not move beyond what it saw too early, however far back that lies", async () => {
		await using world = await open();
		await world.poll();
		const { webhooks } = world.simulator;
		webhooks.fate("hold");
		await world.acts.pay({ ID, Amount: 1 });
		lose(world);
		await world.acts.update({ ID, Amount: 2 });
		world.pass(4 * day);
		await webhooks.release();
		expect(await world.poll()).toMatchObject({ stale: 1, recovered: 0 });
		world.pass(10 * minute);
		expect(await world.poll()).toMatchObject({ stale: 0, recovered: 1 });
	});

	test("goes on behind the days that are durable when it fails half way", async () => {
		await using world = await open();
		lose(world);
		await world.poll();
		for (let passed = 0; passed < 5; passed++) {
			world.pass(day);
			await world.acts.pay({ ID: `payment-${passed}` });
		}
		const fault = { kind: "status", status: 500, path: "/Payment/" } as const;
		world.simulator.faults.add({ ...fault, after: 1, times: 2 });
		expect(await world.poll()).toMatchObject({ recovered: 1, failed: 1 });
		world.pass(10 * minute);
		expect(await world.poll()).toMatchObject({
			recovered: 4,
			known: 0,
			failed: 0,
		});
	});
});

describe("the poller never hurts:", () => {
	test("it never sends the request that would add a payment, whatever the API answers", async () => {
		await using world = await open();
		lose(world);
		await world.acts.pay({ ID });
		const { faults } = world.simulator;
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
			await world.poll();
			world.pass(10 * minute);
		}
		const sent = world.simulator.requests.map(
			({ method, path }) => `${method} ${path}`,
		);
		expect(new Set(sent)).toEqual(
			new Set(["POST /api/v3/Token/OAuth2", "POST /api/v3/Payment/Invoice/p"]),
		);
		expect(world.simulator.facts()).toHaveLength(1);
	});

	test.each(["", "/api/v3/Payment/Invoice?", "/api/v3/Payment/Invoice#"])(
		"no address that a person may set makes another request of it: %j",
		async (suffix) => {
			await using world = await open();
			world.settings.apiUrl = `${world.simulator.url}${suffix}`;
			await world.poll();
			const paths = world.simulator.requests.map(({ path }) => path);
			expect(paths).not.toContain("/api/v3/Payment/Invoice");
		},
	);

	test("it leaves 20 of 50 requests in 180 seconds to the account's other users", async () => {
		await using world = await open();
		for (let run = 0; run < 60; run++) {
			await world.poll();
			world.pass(1);
		}
		const { requests } = world.simulator;
		expect(requests.length).toBeLessThanOrEqual(30);
		expect(requests.every(({ status }) => status === 200)).toBe(true);
	});

	test("it stays away for the window when others have used it up", async () => {
		await using world = await open({ limit: 3 });
		await world.poll();
		world.pass(1);
		await world.poll();
		const before = world.simulator.requests.length;
		for (let run = 0; run < 3; run++) {
			world.pass(30);
			expect(await world.poll()).toMatchObject({
				requests: 0,
				stopped: "provider",
			});
		}
		expect(world.simulator.requests).toHaveLength(before);
		world.pass(180);
		expect(await world.poll()).toMatchObject({ requests: 1, failed: 0 });
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
				const world = await open();
				world.simulator.webhooks.fate("drop");
				await world.acts.pay({ ID });
				await world.poll();
				world.pass(10 * minute);
				return world;
			},
			happen: ({ acts }) => acts.update({ ID, Amount: 90000 }),
			events: ["payment.updated"],
			known: ["payment.created"],
			gap,
		}));
});

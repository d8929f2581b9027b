import { afterAll, beforeAll, describe, expect, test } from "vitest";
import provider from "../../functions/providers/caminvoice/provider.ts";
import openSimulator, {
	type CaminvoiceOptions,
} from "../../functions/providers/caminvoice/simulator.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { expectOneEvent, expectSameShape } from "../support/meet.ts";
import { openWorld, type WorldOptions } from "../support/world.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const supplier = "KHUID000001";
const customer = "KHUID000002";
const document_id = "df5dcf78-e78b-4396-87bb-2d2a44c1302e";
const parties = { document_id, supplier, customer };
const minute = 60;
const hour = 3600;

const open = (around: CaminvoiceOptions = {}, options: WorldOptions = {}) =>
	openWorld(
		cloud,
		provider,
		(more) => openSimulator({ ...around, ...more }),
		options,
	);
type World = Awaited<ReturnType<typeof open>>;

const lose = (world: World) =>
	world.simulator.webhooks.fate("drop", Number.POSITIVE_INFINITY);
const asked = (world: World, path: string) =>
	world.simulator.requests.filter((request) => request.path.includes(path));

describe("the poll", () => {
	test("tells the supplier of a delivery and the customer of a receipt", async () => {
		await using world = await open();
		lose(world);
		await world.acts.send(parties);
		expect(await world.poll()).toMatchObject({ recovered: 2, failed: 0 });
		const events = await world.events();
		expect(events.map(({ data }) => data)).toEqual([
			{ type: "DOCUMENT.DELIVERED", document_id, endpoint_id: supplier },
			{ type: "DOCUMENT.RECEIVED", document_id, endpoint_id: customer },
		]);
		for (const event of events) expectSameShape(event, provider);
	});

	test("brings a status that is not a delivery as an update, and VALID as nothing", async () => {
		await using world = await open();
		lose(world);
		world.acts.submit(parties);
		world.pass(5 * minute);
		expect(await world.poll()).toMatchObject({ observed: 0, failed: 0 });
		await world.acts.send(parties);
		await world.acts.setStatus({ document_id, status: "UNDER_QUERY" });
		world.pass(5 * minute);
		await world.poll();
		expect((await world.events()).map(({ data }) => data)).toContainEqual({
			type: "DOCUMENT.STATUS_UPDATED",
			document_id,
			endpoint_id: supplier,
			status: "UNDER_QUERY",
		});
	});

	test("finds a status that came back", async () => {
		await using world = await open();
		lose(world);
		await world.acts.send(parties);
		for (const status of ["UNDER_QUERY", "IN_PROCESS", "UNDER_QUERY"]) {
			world.pass(10 * minute);
			await world.acts.setStatus({ document_id, status });
			expect(await world.poll()).toMatchObject({ stale: 0, failed: 0 });
		}
		const statuses = (await world.events()).flatMap(
			({ data }) => data.status ?? [],
		);
		expect(statuses).toEqual(["UNDER_QUERY", "IN_PROCESS", "UNDER_QUERY"]);
	});

	test("always says from when it asks, in UTC and without a zone, eight hours back", async () => {
		await using world = await open();
		await world.poll();
		world.pass(hour);
		lose(world);
		await world.acts.send(parties);
		await world.poll();
		world.pass(10 * hour);
		await world.poll();
		const froms = asked(world, "/document/poll")
			.map(({ query }) => query.get("last_synced_at"))
			.map((from) => from?.slice(0, 19));
		expect(new Set(froms)).toEqual(
			new Set([
				"2026-11-21T04:00:00",
				// as long as nothing was returned
				"2026-11-20T20:00:00",
				// the newest of the list, asked for again until nothing is new
				"2026-11-21T12:59:59",
				// from the greatest time returned, whatever our own clock says
				"2026-11-21T05:00:00",
			]),
		);
	});

	test("fetches a document's detail once for each change, for all that eight hours overlap", async () => {
		await using world = await open();
		lose(world);
		await world.acts.send(parties);
		for (let run = 0; run < 3; run++) {
			world.pass(5 * minute);
			await world.poll();
		}
		expect(asked(world, document_id)).toHaveLength(1);
		await world.acts.setStatus({ document_id, status: "PAID" });
		world.pass(5 * minute);
		await world.poll();
		expect(asked(world, document_id)).toHaveLength(2);
	});

	test("misses nothing of a document that changes twice within one instant", async () => {
		await using world = await open();
		lose(world);
		await world.acts.send(parties);
		await world.poll();
		await world.acts.setStatus({ document_id, status: "PAID" });
		world.pass(5 * minute);
		await world.poll();
		const statuses = (await world.events()).map(({ data }) => data.status);
		expect(statuses).toContain("PAID");
	});

	test("asks on where one answer does not list everything", async () => {
		await using world = await open({ pollLimit: 2 });
		lose(world);
		for (let number = 0; number < 7; number++) {
			await world.acts.send({ ...parties, document_id: `d-${number}` });
			world.pass(2);
		}
		expect(await world.poll()).toMatchObject({ recovered: 14, failed: 0 });
	});

	test.each(["oldest first", "newest first"] as const)(
		"goes on in the next run where its budget ended, however long the list and in which order (%s)",
		async (pollOrder) => {
			await using world = await open({ pollOrder });
			expect(await world.poll()).toMatchObject({ failed: 0 });
			lose(world);
			for (let number = 0; number < 70; number++) {
				world.pass(10 * minute);
				await world.acts.send({ ...parties, document_id: `d-${number}` });
			}
			world.pass(5 * minute);
			const first = await world.poll();
			expect(first).toMatchObject({ stopped: "budget", failed: 0 });
			for (let run = 0; run < 3; run++) {
				world.pass(5 * minute);
				await world.poll();
			}
			expect(await world.events()).toHaveLength(140);
			expect(asked(world, "/document/d-")).toHaveLength(70);
		},
	);

	test("does not move beyond what it saw too early, however far back that lies", async () => {
		await using world = await open({ members: [supplier] });
		await world.poll();
		const { webhooks } = world.simulator;
		webhooks.fate("drop");
		await world.acts.send(parties);
		webhooks.fate("hold");
		await world.acts.setStatus({ document_id, status: "ACCEPTED" });
		lose(world);
		await world.acts.setStatus({ document_id, status: "PAID" });
		world.pass(10 * hour);
		await world.acts.send({ ...parties, document_id: "later" });
		await webhooks.release();
		expect(await world.poll()).toMatchObject({ stale: 1, recovered: 1 });
		world.pass(5 * minute);
		expect(await world.poll()).toMatchObject({ stale: 0, recovered: 1 });
	});

	test("asks again for a document that is listed before it can be read", async () => {
		await using world = await open();
		lose(world);
		await world.acts.send(parties);
		world.simulator.faults.add({
			kind: "status",
			status: 404,
			path: document_id,
		});
		expect(await world.poll()).toMatchObject({ recovered: 1, failed: 0 });
		world.pass(5 * minute);
		expect(await world.poll()).toMatchObject({ recovered: 1 });
	});

	test("drops what it saw while another status came by webhook, and finds it later", async () => {
		await using world = await open();
		lose(world);
		await world.acts.send(parties);
		await world.poll();
		world.pass(hour);
		world.simulator.webhooks.fate("hold");
		await world.acts.setStatus({ document_id, status: "ACCEPTED" });
		await world.acts.setStatus({ document_id, status: "PAID" });
		await world.simulator.webhooks.release();
		expect(await world.poll()).toMatchObject({ stale: 1, recovered: 0 });
		world.pass(5 * minute);
		expect(await world.poll()).toMatchObject({ stale: 0, recovered: 1 });
	});

	test("reads a list in an object too, and calls anything else an unknown shape", async () => {
		await using world = await open({ pollShape: "documents" });
		lose(world);
		await world.acts.send(parties);
		expect(await world.poll()).toMatchObject({ recovered: 2 });
		for (const body of [{ results: [] }, [{ id: "d" }], null]) {
			world.pass(5 * minute);
			world.simulator.faults.add({
				kind: "shape",
				body,
				path: "/document/poll",
			});
			const { failed, failures } = await world.poll();
			expect(failed).toBe(1);
			expect(Object.keys(failures ?? {}).join()).toContain("unknown shape");
		}
	});
});

describe("a member's token", () => {
	test.each(["documented", "sample", "sdk"] as const)(
		"is read from the answer that the %s describes, and renewed before 15 minutes",
		async (tokenShape) => {
			await using world = await open({ tokenShape, members: [supplier] });
			for (const seconds of [0, 11 * minute, 2 * minute]) {
				world.pass(seconds);
				expect(await world.poll()).toMatchObject({ failed: 0 });
			}
			expect(asked(world, "/auth/token")).toHaveLength(2);
		},
	);

	test("that the ministry no longer takes is fetched anew", async () => {
		await using world = await open();
		await world.poll();
		world.acts.expireTokens({});
		lose(world);
		await world.acts.send(parties);
		world.pass(minute);
		expect(await world.poll()).toMatchObject({ recovered: 2, failed: 0 });
	});

	test("that rotates is kept from run to run", async () => {
		await using world = await open({ rotates: true });
		for (let run = 0; run < 4; run++) {
			expect(await world.poll()).toMatchObject({ failed: 0, refused: 0 });
			world.pass(13 * minute);
		}
	});

	test("that is revoked is asked for once more and then skipped, to nobody else's harm", async () => {
		await using world = await open();
		await world.poll();
		await world.acts.revoke({ endpoint_id: supplier });
		lose(world);
		await world.acts.send(parties);
		world.pass(5 * minute);
		const first = await world.poll();
		expect(first).toMatchObject({ recovered: 1, refused: 1, failed: 1 });
		expect(first.settings).toEqual(["members"]);
		const before = asked(world, "/auth/token").length;
		world.pass(5 * minute);
		expect(await world.poll()).toMatchObject({ refused: 1, failed: 0 });
		expect(asked(world, "/auth/token")).toHaveLength(before);
	});

	test("is used again when its member has connected again", async () => {
		await using world = await open();
		await world.acts.revoke({ endpoint_id: supplier });
		await world.poll();
		const { refresh_token } = world.acts.reconnect({ endpoint_id: supplier });
		world.settings.members = { [supplier]: refresh_token };
		lose(world);
		await world.acts.send(parties);
		world.pass(5 * minute);
		expect(await world.poll()).toMatchObject({
			recovered: 1,
			refused: 0,
			failed: 0,
		});
	});

	test("is not given up for a client that is refused", async () => {
		await using world = await open();
		world.settings.clientSecret = "mistyped";
		const { settings } = await world.poll();
		expect(settings).toEqual(["clientId", "clientSecret"]);
		world.settings.clientSecret = world.simulator.settings.clientSecret;
		world.pass(5 * minute);
		expect(await world.poll()).toMatchObject({ failed: 0, refused: 0 });
	});
});

describe("a webhook and the poll that finds the same fact are one event:", () => {
	test.each([
		[
			"delivered and received",
			"send",
			[supplier, customer],
			["document.delivered", "document.received"],
		],
		["a status", "setStatus", [supplier], ["document.status_updated"]],
	] as const)("%s", (_, act, members, events) =>
		expectOneEvent({
			provider,
			async open() {
				const world = await open({ members });
				if (act === "setStatus") world.acts.submit(parties);
				return world;
			},
			happen: ({ acts }) =>
				act === "send"
					? acts.send(parties)
					: acts.setStatus({ document_id, status: "ACCEPTED" }),
			events,
			gap: { min: 1, max: 7200 },
		}),
	);
});

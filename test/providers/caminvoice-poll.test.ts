import { afterAll, beforeAll, describe, expect, test } from "vitest";
import provider from "../../functions/providers/caminvoice/provider.ts";
import openSimulator, {
	type CaminvoiceOptions,
} from "../../functions/providers/caminvoice/simulator.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { expectOneEvent, expectSameShape } from "../support/meet.ts";
import { openTestBed, type TestBedOptions } from "../support/test-bed.ts";

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

const open = (around: CaminvoiceOptions = {}, options: TestBedOptions = {}) =>
	openTestBed(
		cloud,
		provider,
		(more) => openSimulator({ ...around, ...more }),
		options,
	);
type TestBed = Awaited<ReturnType<typeof open>>;

const lose = (bed: TestBed) =>
	bed.simulator.webhooks.fate("drop", Number.POSITIVE_INFINITY);
const asked = (bed: TestBed, path: string) =>
	bed.simulator.requests.filter((request) => request.path.includes(path));

describe("the poll", () => {
	test("tells the supplier of a delivery and the customer of a receipt", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.send(parties);
		expect(await bed.poll()).toMatchObject({ recovered: 2, failed: 0 });
		const events = await bed.events();
		expect(events.map(({ data }) => data)).toEqual([
			{ type: "DOCUMENT.DELIVERED", document_id, endpoint_id: supplier },
			{ type: "DOCUMENT.RECEIVED", document_id, endpoint_id: customer },
		]);
		for (const event of events) expectSameShape(event, provider);
	});

	test("brings a status that is not a delivery as an update, and VALID as nothing", async () => {
		await using bed = await open();
		lose(bed);
		bed.acts.submit(parties);
		bed.pass(5 * minute);
		expect(await bed.poll()).toMatchObject({ observed: 0, failed: 0 });
		await bed.acts.send(parties);
		await bed.acts.setStatus({ document_id, status: "UNDER_QUERY" });
		bed.pass(5 * minute);
		await bed.poll();
		expect((await bed.events()).map(({ data }) => data)).toContainEqual({
			type: "DOCUMENT.STATUS_UPDATED",
			document_id,
			endpoint_id: supplier,
			status: "UNDER_QUERY",
		});
	});

	test.each(["DRAFT", "SUBMITTING", "PENDING"])(
		"brings nothing of a document that is still %s",
		async (status) => {
			await using bed = await open();
			lose(bed);
			await bed.acts.send(parties);
			await bed.acts.setStatus({ document_id, status });
			bed.pass(5 * minute);
			await bed.poll();
			const events = await bed.events();
			expect(events.map(({ data }) => data.type)).toEqual([
				"DOCUMENT.RECEIVED",
			]);
		},
	);

	test("finds a status that came back", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.send(parties);
		for (const status of ["UNDER_QUERY", "IN_PROCESS", "UNDER_QUERY"]) {
			bed.pass(10 * minute);
			await bed.acts.setStatus({ document_id, status });
			expect(await bed.poll()).toMatchObject({ stale: 0, failed: 0 });
		}
		const statuses = (await bed.events()).flatMap(
			({ data }) => data.status ?? [],
		);
		expect(statuses).toEqual(["UNDER_QUERY", "IN_PROCESS", "UNDER_QUERY"]);
	});

	test("always says from when it asks, in UTC and without a zone, eight hours back", async () => {
		await using bed = await open();
		await bed.poll();
		bed.pass(hour);
		lose(bed);
		await bed.acts.send(parties);
		await bed.poll();
		bed.pass(10 * hour);
		await bed.poll();
		const froms = asked(bed, "/document/poll")
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
		await using bed = await open();
		lose(bed);
		await bed.acts.send(parties);
		for (let run = 0; run < 3; run++) {
			bed.pass(5 * minute);
			await bed.poll();
		}
		bed.pass(7 * hour);
		await bed.poll();
		expect(asked(bed, document_id)).toHaveLength(1);
		await bed.acts.setStatus({ document_id, status: "PAID" });
		bed.pass(5 * minute);
		await bed.poll();
		expect(asked(bed, document_id)).toHaveLength(2);
	});

	test("misses nothing of a document that changes twice within one instant", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.send(parties);
		await bed.poll();
		await bed.acts.setStatus({ document_id, status: "PAID" });
		bed.pass(5 * minute);
		await bed.poll();
		const statuses = (await bed.events()).map(({ data }) => data.status);
		expect(statuses).toContain("PAID");
	});

	test("asks on where one answer does not list everything", async () => {
		await using bed = await open({ pollLimit: 2 });
		lose(bed);
		for (let number = 0; number < 7; number++) {
			await bed.acts.send({ ...parties, document_id: `d-${number}` });
			bed.pass(2);
		}
		expect(await bed.poll()).toMatchObject({ recovered: 14, failed: 0 });
	});

	test.each(["oldest first", "newest first"] as const)(
		"goes on in the next run where its budget ended, however long the list and in which order (%s)",
		async (pollOrder) => {
			await using bed = await open({ pollOrder });
			await bed.acts.send({ ...parties, document_id: "first" });
			expect(await bed.poll()).toMatchObject({ failed: 0 });
			lose(bed);
			for (let number = 0; number < 70; number++) {
				bed.pass(10 * minute);
				await bed.acts.send({ ...parties, document_id: `d-${number}` });
			}
			bed.pass(5 * minute);
			const first = await bed.poll();
			expect(first).toMatchObject({ stopped: "budget", failed: 0 });
			for (let run = 0; run < 3; run++) {
				bed.pass(5 * minute);
				await bed.poll();
			}
			expect(await bed.events()).toHaveLength(142);
			expect(asked(bed, "/document/d-")).toHaveLength(70);
		},
	);

	test.each([
		["whole", undefined, 0],
		["cut", 50, 1],
	])(
		"says of a list that is newest first and %s whether older rows are lost",
		async (_, pollLimit, failures) => {
			await using bed = await open({
				pollOrder: "newest first",
				pollLimit,
				members: [customer],
			});
			await bed.acts.send({ ...parties, document_id: "first" });
			await bed.poll();
			lose(bed);
			for (let number = 0; number < 60; number++) {
				bed.pass(minute);
				await bed.acts.send({ ...parties, document_id: `d-${number}` });
			}
			const { failed, failures: why, recovered } = await bed.poll();
			expect(failed).toBe(failures);
			expect(recovered).toBe(pollLimit ?? 60);
			expect(Object.keys(why ?? {}).join()).toMatch(
				pollLimit ? /unknown shape: 50 rows, newest first/ : /^$/,
			);
		},
	);

	test("does not take a list for cut that shows an older row from longer ago", async () => {
		await using bed = await open({
			pollOrder: "newest first",
			members: [customer],
		});
		await bed.acts.send({ ...parties, document_id: "old" });
		bed.pass(20 * hour);
		await bed.acts.send({ ...parties, document_id: "first" });
		await bed.poll();
		lose(bed);
		for (let number = 0; number < 12; number++) {
			bed.pass(minute);
			await bed.acts.send({ ...parties, document_id: `d-${number}` });
		}
		await bed.acts.setStatus({ document_id: "first", status: "PAID" });
		expect(await bed.poll()).toMatchObject({ failed: 0, recovered: 12 });
	});

	test.each([400, 403, 422, 500])(
		"fetches every other document where one's detail is answered with %i, and that one when it can be had",
		async (status) => {
			await using bed = await open({ members: [supplier] });
			lose(bed);
			for (let number = 0; number < 6; number++) {
				await bed.acts.send({ ...parties, document_id: `d-${number}` });
				bed.pass(minute);
			}
			const times = Number.POSITIVE_INFINITY;
			const path = "/document/d-2";
			bed.simulator.faults.add({ kind: "status", status, path, times });
			bed.pass(hour);
			expect(await bed.poll()).toMatchObject({ recovered: 5, failed: 1 });
			expect(asked(bed, "/auth/token")).toHaveLength(1);
			expect(await bed.quarantined()).toMatchObject([
				{ reason: "polled", body: expect.stringContaining("d-2") },
			]);
			bed.pass(20 * hour);
			await bed.poll();
			expect(asked(bed, "/document/d-3")).toHaveLength(1);
			bed.simulator.faults.clear();
			bed.pass(5 * minute);
			expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
			expect(await bed.events()).toHaveLength(6);
		},
	);

	test("does not move beyond what it saw too early, however far back that lies", async () => {
		await using bed = await open({ members: [supplier] });
		await bed.poll();
		const { webhooks } = bed.simulator;
		webhooks.fate("drop");
		await bed.acts.send(parties);
		webhooks.fate("hold");
		await bed.acts.setStatus({ document_id, status: "ACCEPTED" });
		lose(bed);
		await bed.acts.setStatus({ document_id, status: "PAID" });
		bed.pass(10 * hour);
		await bed.acts.send({ ...parties, document_id: "later" });
		await webhooks.release();
		expect(await bed.poll()).toMatchObject({ stale: 1, recovered: 1 });
		bed.pass(6 * minute);
		expect(await bed.poll()).toMatchObject({ stale: 0, recovered: 1 });
	});

	test("asks again for a document that is listed before it can be read", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.send(parties);
		bed.simulator.faults.add({
			kind: "status",
			status: 404,
			path: document_id,
		});
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
		bed.pass(5 * minute);
		expect(await bed.poll()).toMatchObject({ recovered: 1 });
	});

	test("drops what it saw while another status came by webhook, and finds it later", async () => {
		await using bed = await open();
		lose(bed);
		await bed.acts.send(parties);
		await bed.poll();
		bed.pass(hour);
		bed.simulator.webhooks.fate("hold");
		await bed.acts.setStatus({ document_id, status: "ACCEPTED" });
		await bed.acts.setStatus({ document_id, status: "PAID" });
		await bed.simulator.webhooks.release();
		expect(await bed.poll()).toMatchObject({ stale: 1, recovered: 0 });
		bed.pass(6 * minute);
		expect(await bed.poll()).toMatchObject({ stale: 0, recovered: 1 });
	});

	test("reads a list in an object too, and calls anything else an unknown shape", async () => {
		await using bed = await open({ pollShape: "documents" });
		lose(bed);
		await bed.acts.send(parties);
		expect(await bed.poll()).toMatchObject({ recovered: 2 });
		for (const body of [{ results: [] }, [{ id: "d" }], null]) {
			bed.pass(5 * minute);
			bed.simulator.faults.add({
				kind: "shape",
				body,
				path: "/document/poll",
			});
			const { failed, failures } = await bed.poll();
			expect(failed).toBe(1);
			expect(Object.keys(failures ?? {}).join()).toContain("unknown shape");
		}
	});
});

describe("a member's token", () => {
	test.each(["documented", "sample", "sdk"] as const)(
		"is read from the answer that the %s describes, and renewed before 15 minutes",
		async (tokenShape) => {
			await using bed = await open({ tokenShape, members: [supplier] });
			for (const seconds of [0, 11 * minute, 2 * minute]) {
				bed.pass(seconds);
				expect(await bed.poll()).toMatchObject({ failed: 0 });
			}
			expect(asked(bed, "/auth/token")).toHaveLength(2);
		},
	);

	test("that the ministry no longer takes is fetched anew", async () => {
		await using bed = await open();
		await bed.poll();
		bed.acts.expireTokens({});
		lose(bed);
		await bed.acts.send(parties);
		bed.pass(minute);
		expect(await bed.poll()).toMatchObject({ recovered: 2, failed: 0 });
	});

	test("that rotates is kept from run to run", async () => {
		await using bed = await open({ rotates: true });
		for (let run = 0; run < 4; run++) {
			expect(await bed.poll()).toMatchObject({ failed: 0, refused: 0 });
			bed.pass(13 * minute);
		}
	});

	test("that is revoked is asked for once more and then skipped, to nobody else's harm", async () => {
		await using bed = await open();
		await bed.poll();
		await bed.acts.revoke({ endpoint_id: supplier });
		lose(bed);
		await bed.acts.send(parties);
		bed.pass(5 * minute);
		const first = await bed.poll();
		expect(first).toMatchObject({ recovered: 1, refused: 1, failed: 1 });
		expect(first.settings).toEqual(["members"]);
		const before = asked(bed, "/auth/token").length;
		bed.pass(5 * minute);
		expect(await bed.poll()).toMatchObject({ refused: 1, failed: 0 });
		expect(asked(bed, "/auth/token")).toHaveLength(before);
	});

	test("is used again when its member has connected again", async () => {
		await using bed = await open();
		await bed.acts.revoke({ endpoint_id: supplier });
		await bed.poll();
		const { refresh_token } = bed.acts.reconnect({ endpoint_id: supplier });
		bed.settings.members = { [supplier]: refresh_token };
		lose(bed);
		await bed.acts.send(parties);
		bed.pass(5 * minute);
		expect(await bed.poll()).toMatchObject({
			recovered: 1,
			refused: 0,
			failed: 0,
		});
	});

	test("is not given up for a client that is refused", async () => {
		await using bed = await open();
		bed.settings.clientSecret = "mistyped";
		const { settings } = await bed.poll();
		expect(settings).toEqual(["clientId", "clientSecret"]);
		bed.settings.clientSecret = bed.simulator.settings.clientSecret;
		bed.pass(5 * minute);
		expect(await bed.poll()).toMatchObject({ failed: 0, refused: 0 });
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
				const bed = await open({ members });
				if (act === "setStatus") bed.acts.submit(parties);
				return bed;
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

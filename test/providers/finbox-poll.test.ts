import { afterAll, beforeAll, describe, expect, test } from "vitest";
import provider from "../../functions/providers/finbox/provider.ts";
import openSimulator from "../../functions/providers/finbox/simulator.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { expectOneEvent, expectSameShape } from "../support/meet.ts";
import { openTestBed, type TestBedOptions } from "../support/test-bed.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const entity_id = "entity-1";
const link_id = "our own link/1";
const statement_id = "statement-1";
const hour = 3600;

/** A bed in which a link and an entity are watched and due. */
async function open({
	zone,
	kind = "link",
	...options
}: TestBedOptions & { zone?: string; kind?: "link" | "entity" } = {}) {
	const bed = await openTestBed(
		cloud,
		provider,
		(around) => openSimulator({ ...around, zone }),
		options,
	);
	const subject = kind === "link" ? link_id : entity_id;
	await bed.watch({ subject, kind });
	bed.pass(hour);
	return bed;
}

describe("a link's poll", () => {
	test("brings every payload whose webhook was lost, oldest first and with its time", async () => {
		await using bed = await open();
		bed.simulator.webhooks.fate("drop", 3);
		await bed.acts.settle({
			entity_id,
			link_id,
			progress: "failed",
			reason: "wrong password",
		});
		bed.pass(60);
		await bed.acts.settle({ entity_id, link_id, statement_id });
		await bed.acts.settle({
			entity_id: "entity-2",
			link_id,
			statement_id: "statement-2",
		});
		expect(await bed.poll()).toMatchObject({
			requests: 1,
			recovered: 3,
			failed: 0,
		});
		const events = await bed.events();
		expect(events.filter(({ subject }) => subject === entity_id)).toMatchObject(
			[
				{
					type: "finbox.extraction.failed",
					time: "2026-11-21T13:00:00.000Z",
					data: { statement_id: "", link_id, reason: "wrong password" },
				},
				{
					type: "finbox.extraction.completed",
					data: { statement_id, link_id },
				},
			],
		);
		for (const event of events) {
			expectSameShape(event, provider);
			expect(event.data).not.toHaveProperty("date_time");
		}
	});

	test("tells two equal failures apart by their times, and finds neither of them twice", async () => {
		await using bed = await open();
		bed.simulator.webhooks.fate("drop", 2);
		const failure = {
			entity_id,
			link_id,
			progress: "failed",
			reason: "wrong",
		} as const;
		await bed.acts.settle(failure);
		bed.pass(601);
		await bed.acts.settle(failure);
		expect(await bed.poll()).toMatchObject({ recovered: 2 });
		bed.pass(4 * hour);
		expect(await bed.poll()).toMatchObject({ recovered: 0, known: 2 });
		expect(await bed.events()).toHaveLength(2);
	});

	test("goes on until the watch's deadline, which is quiet if anything came", async () => {
		await using bed = await open();
		await bed.acts.settle({ entity_id, link_id, statement_id });
		expect(await bed.poll()).toMatchObject({ known: 1, ended: 0 });
		bed.pass(72 * hour);
		expect(await bed.poll()).toMatchObject({ ended: 1, expired: 0 });
	});

	test.each([
		["+05:30", 330],
		["+00:00", undefined],
	])(
		"under the zone %s, says by how much every webhook is off: %j",
		async (zone, offset) => {
			await using bed = await open({ settings: { zone } });
			for (const each of ["s-1", "s-2", "s-3"]) {
				await bed.acts.settle({ entity_id, link_id, statement_id: each });
				bed.pass(60);
			}
			const summary = await bed.poll();
			expect(summary).toMatchObject({ known: 3, failed: 0 });
			expect(summary.clockOffsetMinutes).toBe(offset);
			expect(summary.settings).toEqual(offset && ["zone"]);
		},
	);

	test("says so when a watch comes to nothing", async () => {
		await using bed = await open();
		expect(await bed.poll()).toMatchObject({ requests: 1, failed: 0 });
		bed.pass(72 * hour);
		expect(await bed.poll()).toMatchObject({ expired: 1 });
	});

	test("leaves aside a payload whose date is none, and tells the rest", async () => {
		await using bed = await open();
		bed.simulator.webhooks.fate("drop");
		await bed.acts.settle({ entity_id, link_id, statement_id });
		const [told] = bed.simulator.facts().payloads;
		const odd = { ...told, date_time: "0000-00-00 00:00:00" };
		bed.simulator.faults.add({
			kind: "shape",
			body: { payloads: [odd, told] },
		});
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 1 });
		expect(await bed.quarantined()).toMatchObject([
			{ reason: "polled", body: JSON.stringify(odd) },
		]);
		expect(await bed.watches()).toHaveLength(1);
	});

	test("leaves out a progress that is no event, and tells the rest", async () => {
		await using bed = await open();
		bed.simulator.webhooks.fate("drop");
		await bed.acts.settle({ entity_id, link_id, statement_id });
		const { payloads } = bed.simulator.facts();
		const [told] = payloads;
		const body = { payloads: [{ ...told, progress: "paused" }, told] };
		bed.simulator.faults.add({ kind: "shape", body });
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
	});

	test.each([
		["no payloads", { results: [] }],
		["a payload without an entity", { payloads: [{ progress: "failed" }] }],
		[
			"a date_time in another form",
			{
				payloads: [
					{
						entity_id,
						statement_id,
						link_id,
						progress: "completed",
						reason: "",
						date_time: "06/03/2020",
					},
				],
			},
		],
	])("calls %s an unknown shape", async (_, body) => {
		await using bed = await open();
		bed.simulator.faults.add({ kind: "shape", body });
		const { failed, failures } = await bed.poll();
		expect(failed).toBe(1);
		expect(Object.keys(failures ?? {}).join()).toContain("unknown shape");
	});
});

describe("the zone of date_time", () => {
	const failure = {
		entity_id,
		link_id,
		progress: "failed",
		reason: "wrong",
	} as const;

	test("is a setting under which a failure's push and poll meet", async () => {
		await using bed = await open({
			zone: "+05:30",
			settings: { zone: "+05:30" },
		});
		await bed.acts.settle(failure);
		expect(await bed.poll()).toMatchObject({ known: 1, recovered: 0 });
	});

	test.each(["+00:00", "+05:30"])(
		"of %s need not be known for a failure's push and poll to meet, soon or late, nor when somebody sets it",
		async (zone) => {
			await using bed = await open({ zone });
			await bed.acts.settle(failure);
			expect(await bed.poll()).toMatchObject({ known: 1, recovered: 0 });
			bed.pass(hour);
			await bed.acts.settle(failure);
			bed.pass(8 * hour);
			const late = { known: 2, recovered: 0, failed: 0 };
			expect(await bed.poll()).toMatchObject(late);
			bed.simulator.webhooks.fate("drop");
			await bed.acts.settle(failure);
			bed.pass(8 * hour);
			expect(await bed.poll()).toMatchObject({ known: 2, recovered: 1 });
			bed.settings.zone = zone;
			bed.pass(8 * hour);
			expect(await bed.poll()).toMatchObject({ known: 3, recovered: 0 });
			expect(await bed.events()).toHaveLength(3);
		},
	);

	test("that is set and behind FinBox's own is asked for, and a failure is not recorded twice meanwhile", async () => {
		await using bed = await open({
			zone: "+05:30",
			settings: { zone: "+00:00" },
		});
		await bed.acts.settle(failure);
		bed.simulator.webhooks.fate("drop");
		await bed.acts.settle({ entity_id, link_id, statement_id });
		const { failed, failures, recovered } = await bed.poll();
		expect({ failed, recovered }).toEqual({ failed: 1, recovered: 1 });
		expect(Object.keys(failures ?? {}).join()).toContain('"zone"');
		expect((await bed.events()).map(({ via }) => via)).toEqual([
			"webhook",
			"poll",
		]);
	});
});

describe("an entity's poll", () => {
	test("is not finished before anything was uploaded, nor while a status is null", async () => {
		await using bed = await open({ kind: "entity" });
		expect(await bed.poll()).toMatchObject({ failed: 0, ended: 0 });
		bed.acts.begin({ entity_id });
		bed.pass(4 * hour);
		expect(await bed.poll()).toMatchObject({ observed: 0, ended: 0 });
		bed.acts.begin({ entity_id, statement_id, status: null });
		bed.pass(4 * hour);
		expect(await bed.poll()).toMatchObject({ observed: 0, ended: 0 });
		expect(await bed.watches()).toHaveLength(1);
	});

	test("brings each statement that has ended, and ends with the last", async () => {
		await using bed = await open({ kind: "entity" });
		bed.simulator.webhooks.fate("drop", 2);
		bed.acts.begin({ entity_id, statement_id });
		await bed.acts.settle({
			entity_id,
			statement_id: "other",
			progress: "failed",
			reason: "blurred",
		});
		expect(await bed.poll()).toMatchObject({ recovered: 1, ended: 0 });
		await bed.acts.settle({ entity_id, statement_id });
		bed.pass(4 * hour);
		expect(await bed.poll()).toMatchObject({
			recovered: 1,
			known: 1,
			ended: 1,
		});
		const events = await bed.events();
		expect(events).toMatchObject([
			{
				type: "finbox.extraction.failed",
				data: { statement_id: "other", reason: "blurred", link_id: null },
			},
			{
				type: "finbox.extraction.completed",
				data: { statement_id, reason: "", link_id: null },
			},
		]);
		for (const event of events) expectSameShape(event, provider);
	});
});

describe("a webhook and the poll that finds the same fact are one event:", () => {
	const long = { min: 1, max: 7200 };
	// an equal webhook a minute later is another failure
	const short = { min: 1, max: 25 };

	test.each([
		["completed", { statement_id, progress: "completed" }, "link", long],
		[
			"failed",
			{ statement_id, progress: "failed", reason: "blurred" },
			"link",
			long,
		],
		[
			"failed with nothing uploaded",
			{ progress: "failed", reason: "wrong password" },
			"link",
			short,
		],
		[
			"completed, by its entity",
			{ statement_id, progress: "completed" },
			"entity",
			long,
		],
	] as const)("%s", (_, fact, kind, gap) =>
		expectOneEvent({
			provider,
			open: () => open({ kind }),
			happen: ({ acts }) => acts.settle({ entity_id, link_id, ...fact }),
			events: [`extraction.${fact.progress}`],
			gap,
		}),
	);
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectRows } from "../../functions/asking/shape.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { eventsOf } from "../support/endpoint.ts";
import { quarantinedIn } from "../support/quarantined.ts";
import {
	openToyApi,
	openToyRoom,
	sightingOf,
	type ToyPoll,
	type ToyReply,
	ToyRow,
	toy,
	toyWatches,
} from "../support/toy.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

type ToyRoom = Awaited<ReturnType<typeof openToyRoom>>;
const hour = 3600;

/** All rows behind `since`; one whose status is "look" has it in its detail. */
const list: ToyPoll["list"] = {
	cursors: () => ["rows"],
	async *pass({ since = "0" }, { call, tryRow }) {
		const answer = await call("list", { query: { from: since } });
		const listed = answer.json as unknown[];
		const { rows, unreadable } = expectRows(ToyRow, listed);
		yield { sightings: [], odd: unreadable };
		for (const row of rows)
			yield await tryRow(row, async () => {
				if (row.status !== "look") return sightingOf(row, answer.sentAt);
				const detail = await call("one", { path: { id: row.id } });
				const status = String(Object(detail.json).status);
				return sightingOf({ id: row.id, status }, detail.sentAt);
			});
		return String(Number(since) + listed.length);
	},
};
const provider = toy({ list });

async function openList(
	rows: unknown[],
	detail: (path: string) => ToyReply = () => ({}),
) {
	const api = await openToyApi(({ path }) =>
		path === "/rows" ? { body: rows } : detail(path),
	);
	const resources = await openToyRoom(cloud, api.url);
	return {
		...resources,
		poll: () => resources.run({ provider }),
		since: async () => {
			const kept = await resources.memory.read<{ since?: string }>(
				"cursor#rows",
			);
			return Number(kept?.value.since);
		},
		subjects: () => subjectsIn(resources),
		quarantined: () => quarantinedIn(cloud, resources.inboxTable),
		[Symbol.dispose]: () => api[Symbol.dispose](),
	};
}

async function subjectsIn({ inboxTable }: ToyRoom): Promise<string[]> {
	const events = await eventsOf(cloud, inboxTable);
	return events.map(({ subject }) => String(subject)).toSorted();
}

const done = (id: string) => ({ id, status: "done" });
const odd = { id: 7, status: "done" };

describe("an odd row", () => {
	test("is kept in quarantine, once however often it is seen, and every other is recorded", async () => {
		using bed = await openList([done("a"), odd, done("b")]);
		const shape =
			"The provider answered in an unknown shape: { id: number, status: string }, at id.";
		for (let run = 0; run < 3; run++)
			expect(await bed.poll()).toMatchObject({
				recovered: run === 0 ? 2 : 0,
				failed: 1,
				failures: { [shape]: 1 },
			});
		expect(await bed.subjects()).toEqual(["a", "b"]);
		expect(await bed.quarantined()).toMatchObject([
			{
				id: expect.any(String),
				reason: "polled",
				count: 3,
				body: JSON.stringify(odd),
				issues: [{ path: "", message: shape }],
				path: { list: "rows" },
			},
		]);
	});

	test("is listed again for a day, so that it may come right", async () => {
		const rows: unknown[] = [odd, done("b")];
		using bed = await openList(rows);
		await bed.poll();
		const held = await bed.since();
		bed.advance(23 * hour);
		await bed.poll();
		expect(await bed.since()).toBe(held);
		rows[0] = done("a");
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
		expect(await bed.since()).toBe(held + 2);
		expect(await bed.subjects()).toEqual(["a", "b"]);
	});

	test("is passed after a day", async () => {
		using bed = await openList([odd, done("b")]);
		await bed.poll();
		const held = await bed.since();
		bed.advance(24 * hour);
		await bed.poll();
		expect(await bed.since()).toBe(held + 2);
	});

	test("cannot hold its list for longer with others that follow it", async () => {
		const rows: unknown[] = [done("a")];
		using bed = await openList(rows);
		const moved: number[] = [];
		let since = 0;
		for (let hours = 0; hours < 60; hours++) {
			rows[1] = { id: hours };
			await bed.poll();
			if ((await bed.since()) !== since) moved.push(hours);
			since = await bed.since();
			bed.advance(hour);
		}
		expect(moved).toEqual([0, 24, 49]);
	});

	test("that a run saw before it was cut is still listed again by the next", async () => {
		const rows = [odd, done("a")];
		using bed = await openList(rows);
		const cut = toy({
			budget: { requests: 1, seconds: 600 },
			list: {
				cursors: () => ["rows"],
				async *pass({ place, since = "0" }, { call }) {
					if (!place) {
						const { json } = await call("list", { query: { from: since } });
						const { unreadable } = expectRows(ToyRow, json as unknown[]);
						yield { sightings: [], odd: unreadable, place: "behind it" };
					}
					await call("one", { path: { id: "a" } });
					return String(Number(since) + 1);
				},
			},
		});
		for (let run = 0; run < 4; run++) {
			await bed.run({ provider: cut });
			bed.advance(700);
		}
		expect(await bed.since()).toBe(1);
	});

	test.each([400, 404, 422, 500, 503])(
		"is one whose detail is answered with %i",
		async (status) => {
			const look = { id: "look", status: "look" };
			let reply: ToyReply = { status };
			using bed = await openList([done("a"), look, done("b")], () => reply);
			expect(await bed.poll()).toMatchObject({
				recovered: 2,
				failed: 1,
				failures: { [`The request "one" failed: ${status}.`]: 1 },
			});
			expect(await bed.quarantined()).toMatchObject([
				{ reason: "polled", body: JSON.stringify(look) },
			]);
			reply = { body: done("look") };
			expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 0 });
			expect(await bed.subjects()).toEqual(["a", "b", "look"]);
		},
	);

	test("is one of whose observations the record makes nothing", async () => {
		using bed = await openList([]);
		const timeless = toy({
			list: {
				cursors: () => ["rows"],
				async *pass(_, { call }) {
					const { sentAt } = await call("list");
					const [good, bad] = ["a", "b"].map(
						(id) => sightingOf(done(id), sentAt).observations,
					);
					const time = new Date("0000-00-00");
					yield {
						sightings: [
							{
								observations: [...(bad ?? []).map((o) => ({ ...o, time }))],
								observedAt: sentAt,
								remember: "b",
							},
							{ observations: good ?? [], observedAt: sentAt, remember: "a" },
						],
					};
					return "";
				},
			},
		});
		expect(await bed.run({ provider: timeless })).toMatchObject({
			recovered: 1,
			failed: 1,
		});
		expect(await bed.quarantined()).toMatchObject([
			{ body: JSON.stringify(done("b")) },
		]);
		const remembered = await bed.memory.remembered("rows", ["a", "b"]);
		expect([...remembered.keys()]).toEqual(["a"]);
	});

	test("is one that leads to a watch which cannot be", async () => {
		using bed = await openList([]);
		const watched = toy({
			watches: toyWatches,
			list: {
				cursors: () => ["rows"],
				async *pass(_, { call }) {
					const { sentAt } = await call("list");
					yield {
						sightings: [sightingOf(done("a"), sentAt)],
						watches: [{ subject: "" }, { subject: "b" }],
					};
					return "";
				},
			},
		});
		expect(await bed.run({ provider: watched })).toMatchObject({
			recovered: 1,
			failed: 1,
		});
		expect((await bed.watches.list()).watches).toHaveLength(1);
	});

	test("is not passed while it cannot be kept", async () => {
		using bed = await openList([odd, done("a")]);
		const inbox = {
			...bed.inbox,
			count: async () => {
				throw new Error("The inbox is not there.");
			},
		};
		const summary = await bed.run({ provider, store: { inbox } });
		expect(summary).toMatchObject({ failed: 2, recovered: 0 });
		expect(await bed.since()).toBeNaN();
		expect(await bed.poll()).toMatchObject({ recovered: 1, failed: 1 });
	});
});

test("rows of which none can be read are no odd rows: the list has another shape, and is not passed", async () => {
	using bed = await openList([odd, odd, odd, { id: 8 }]);
	for (let run = 0; run < 2; run++) {
		const { failed, failures } = await bed.poll();
		expect(failed).toBe(1);
		expect(Object.keys(failures ?? {}).join()).toContain("4 rows as");
		bed.advance(48 * hour);
	}
	expect(await bed.since()).toBeNaN();
	expect(await bed.quarantined()).toEqual([]);
});

test("an answer about a watch that cannot be read is kept before the watch ends", async () => {
	using api = await openToyApi(() => ({ body: odd }));
	const resources = await openToyRoom(cloud, api.url);
	const watching = toy({ list: undefined, watches: toyWatches });
	await resources.watches.start({ subject: "a" });
	for (const hours of [0, 72 + 24]) {
		resources.advance(hours * hour);
		await resources.run({ provider: watching });
	}
	expect((await resources.watches.list()).watches).toEqual([]);
	expect(await quarantinedIn(cloud, resources.inboxTable)).toMatchObject([
		{ reason: "polled", count: 2, body: JSON.stringify(odd) },
	]);
});

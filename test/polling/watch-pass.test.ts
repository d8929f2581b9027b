import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toItem } from "../../functions/aws/watches/item.ts";
import { once } from "../../functions/inbox/identity.ts";
import type { KeptWatch } from "../../functions/polling/kept-watch.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { eventsOf } from "../support/endpoint.ts";
import {
	alone,
	openToyApi,
	openToyRoom,
	type ToyPoll,
	type ToyReply,
	toy,
	toyWatches,
} from "../support/toy.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const watching = (
	watches: Partial<typeof toyWatches> = {},
	more: Partial<ToyPoll> = {},
) => toy({ list: undefined, watches: { ...toyWatches, ...watches }, ...more });

const hour = 3600;

/** Answers every row by its id's own entry, else as not there yet. */
const rows = (known: Record<string, string | ToyReply>) => {
	return ({ path }: { path: string }): ToyReply => {
		const id = path.slice("/rows/".length);
		const found = known[id];
		if (typeof found === "string") return { body: { id, status: found } };
		return found ?? { body: null };
	};
};

type ToyRoom = Awaited<ReturnType<typeof openToyRoom>>;

async function listed({ watches }: ToyRoom): Promise<KeptWatch[]> {
	const { watches: all } = await watches.list();
	return all;
}

describe("a watch", () => {
	test("is asked about until its fact has come, and then ends", async () => {
		const known: Record<string, string> = {};
		using api = await openToyApi(rows(known));
		const resources = await openToyRoom(cloud, api.url);
		const provider = watching();
		await resources.watches.start({ subject: "a" });
		expect(await resources.run({ provider })).toMatchObject({
			requests: 1,
			ended: 0,
			observed: 0,
		});
		known.a = "done";
		resources.advance(59);
		expect(await resources.run({ provider })).toMatchObject({ requests: 0 });
		resources.advance(1);
		expect(await resources.run({ provider })).toMatchObject({
			requests: 1,
			recovered: 1,
			ended: 1,
			expired: 0,
		});
		expect(await listed(resources)).toEqual([]);
		expect(await eventsOf(cloud, resources.inboxTable)).toMatchObject([
			{ type: "toy.changed", subject: "a", via: "poll", data: { id: "a" } },
		]);
	});

	test("waits longer from question to question, within its span", async () => {
		using api = await openToyApi(rows({}));
		const resources = await openToyRoom(cloud, api.url);
		const provider = watching();
		await resources.watches.start({ subject: "a" });
		const waits: number[] = [];
		for (let question = 0; question < 9; question++) {
			const [watch] = await listed(resources);
			const wait = Number(watch?.due) - Number(resources.clock.now);
			waits.push(wait / 1000);
			resources.advance(wait / 1000);
			expect(await resources.run({ provider })).toMatchObject({ requests: 1 });
		}
		expect(waits).toEqual([0, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
	});

	test("ends without a request when the inbox has its final event", async () => {
		using api = await openToyApi(rows({ a: "done", b: "done" }));
		const resources = await openToyRoom(cloud, api.url);
		const provider = watching({
			final: ({ subject }) => ({
				type: "changed",
				subject,
				identity: once(subject),
			}),
		});
		await resources.watches.start({ subject: "a" });
		resources.advance(60);
		await resources.run({ provider });
		await resources.watches.start({ subject: "a" });
		await resources.watches.start({ subject: "b" });
		resources.advance(60);
		const asked = api.requests.length;
		expect(await resources.run({ provider })).toMatchObject({
			requests: 1,
			recovered: 1,
			ended: 2,
		});
		expect(api.requests.slice(asked)).toMatchObject([{ path: "/rows/b" }]);
	});

	test("expires at its deadline with an alarm where nothing has ever come", async () => {
		using api = await openToyApi(rows({ b: "open" }));
		const resources = await openToyRoom(cloud, api.url);
		const provider = watching();
		await resources.watches.start({ subject: "a" });
		await resources.watches.start({ subject: "b" });
		resources.advance(71.5 * hour);
		expect(await resources.run({ provider })).toMatchObject({ expired: 0 });
		const dues = (await listed(resources)).map(({ due }) => due.toISOString());
		const deadline = "2026-11-24T12:00:00.000Z";
		for (const due of dues) expect(due <= deadline).toBe(true);
		resources.advance(0.5 * hour);
		expect(await resources.run({ provider })).toMatchObject({
			requests: 2,
			expired: 1,
			ended: 1,
			known: 1,
		});
		expect(await listed(resources)).toEqual([]);
	});

	test("is asked a last time at its deadline, so that nothing is missed", async () => {
		const known: Record<string, string> = {};
		using api = await openToyApi(rows(known));
		const resources = await openToyRoom(cloud, api.url);
		const deadline = new Date(resources.clock.now.getTime() + 100_000);
		await resources.watches.start({ subject: "a", deadline });
		resources.advance(60);
		await resources.run({ provider: watching() });
		known.a = "done";
		resources.advance(40);
		expect(await resources.run({ provider: watching() })).toMatchObject({
			recovered: 1,
			ended: 1,
			expired: 0,
		});
	});

	test("that nobody could answer outlives its deadline by a day", async () => {
		const known: Record<string, ToyReply | string> = { a: { status: 404 } };
		using api = await openToyApi(rows(known));
		const resources = await openToyRoom(cloud, api.url);
		const provider = watching();
		await resources.watches.start({ subject: "a" });
		resources.advance(72 * hour);
		expect(await resources.run({ provider })).toMatchObject({
			failed: 1,
			expired: 0,
		});
		resources.advance(24 * hour - 1);
		expect(await resources.run({ provider })).toMatchObject({ expired: 0 });
		resources.advance(1 * hour);
		expect(await resources.run({ provider })).toMatchObject({ expired: 1 });
	});

	test("whose answer nobody understands does not hold up the others", async () => {
		const known = {
			a: { body: { what: "ever" } },
			b: { status: 422 },
			c: "done",
			d: "done",
		};
		using api = await openToyApi(rows(known));
		const resources = await openToyRoom(cloud, api.url);
		for (const subject of Object.keys(known)) {
			await resources.watches.start({ subject });
			resources.advance(1);
		}
		resources.advance(60);
		const summary = await resources.run({ provider: watching() });
		expect(summary).toMatchObject({ failed: 2, recovered: 2, ended: 2 });
		expect(Object.keys(summary.failures ?? {}).toSorted()).toEqual([
			"The provider answered in an unknown shape: { what: string }.",
			'The request "one" failed: 422.',
		]);
	});

	test("is asked about by the run that has claimed it, and not when it was stopped meanwhile", async () => {
		let meanwhile: (() => Promise<unknown>) | undefined;
		using api = await openToyApi(async () => {
			const act = meanwhile;
			meanwhile = undefined;
			await act?.();
			return { body: null };
		});
		const resources = await openToyRoom(cloud, api.url);
		for (let index = 0; index < 12; index++) {
			await resources.watches.start({ subject: `s${index}` });
			resources.advance(1);
		}
		const provider = watching();
		meanwhile = async () => {
			await resources.watches.stop({ subject: "s11", kind: "row" });
			await resources.run({ provider, memory: alone(resources.memory) });
		};
		await resources.run({ provider });
		const asked = api.requests.map(({ path }) => path.slice("/rows/s".length));
		expect(asked.map(Number).toSorted((one, other) => one - other)).toEqual(
			Array.from({ length: 11 }, (_, index) => index),
		);
	});

	test("that is asked for again while its end is near does not end", async () => {
		let again = false;
		using api = await openToyApi(async () => {
			if (again) await resources.watches.start({ subject: "a" });
			return { body: null };
		});
		const resources = await openToyRoom(cloud, api.url);
		const provider = watching();
		await resources.watches.start({ subject: "a" });
		resources.advance(72 * hour);
		again = true;
		const counts = { requests: 1, expired: 0, ended: 0 };
		expect(await resources.run({ provider })).toMatchObject(counts);
		again = false;
		resources.advance(71 * hour);
		expect(await resources.run({ provider })).toMatchObject(counts);
		resources.advance(1 * hour);
		expect(await resources.run({ provider })).toMatchObject({ expired: 1 });
	});

	test("is started by a list that has seen it unfinished", async () => {
		using api = await openToyApi(({ path }) =>
			path === "/rows" ? {} : { body: { id: "a", status: "done" } },
		);
		const resources = await openToyRoom(cloud, api.url);
		const provider = watching(
			{},
			{
				list: {
					cursors: () => ["rows"],
					async *pass(_, { call }) {
						await call("list");
						yield { sightings: [], watches: [{ subject: "a" }] };
						return "";
					},
				},
			},
		);
		await resources.run({ provider });
		await resources.run({ provider });
		expect(await listed(resources)).toMatchObject([{ subject: "a" }]);
		resources.advance(60);
		expect(await resources.run({ provider })).toMatchObject({ recovered: 1 });
	});

	test("keeps its turn where the run had to stop before asking", async () => {
		using api = await openToyApi(rows({ a: "done", b: "done" }));
		const resources = await openToyRoom(cloud, api.url);
		const provider = watching({}, { budget: { requests: 1, seconds: 600 } });
		for (const subject of ["a", "b"]) {
			await resources.watches.start({ subject });
			resources.advance(1);
		}
		resources.advance(60);
		const first = await resources.run({ provider });
		expect(first).toMatchObject({ requests: 1, stopped: "budget" });
		const [left] = await listed(resources);
		expect(left).toMatchObject({ asked: 0 });
		expect(Number(left?.due)).toBeLessThan(Number(resources.clock.now));
		resources.advance(700);
		expect(await resources.run({ provider })).toMatchObject({ recovered: 1 });
	});

	test("cannot hold its provider's breaker open for the others", async () => {
		const known: Record<string, string | ToyReply> = { a: { status: 500 } };
		for (let index = 0; index < 5; index++) known[`b${index}`] = "done";
		using api = await openToyApi(rows(known));
		const resources = await openToyRoom(cloud, api.url);
		for (const subject of Object.keys(known)) {
			await resources.watches.start({ subject });
			resources.advance(1);
		}
		let recovered = 0;
		for (let run = 0; run < 5; run++) {
			resources.advance(hour);
			recovered += (await resources.run({ provider: watching() })).recovered;
		}
		expect(recovered).toBe(5);
	});

	test("that one owner's or one subject's refusal stops is not the first again", async () => {
		using api = await openToyApi(rows({ a: { status: 403 }, b: "done" }));
		const resources = await openToyRoom(cloud, api.url);
		await resources.watches.start({ subject: "a" });
		resources.advance(1);
		await resources.watches.start({ subject: "b" });
		resources.advance(60);
		const first = await resources.run({ provider: watching() });
		expect(first).toMatchObject({ failed: 1, settings: ["key", "secret"] });
		await resources.run({ provider: watching() });
		expect(await eventsOf(cloud, resources.inboxTable)).toHaveLength(1);
	});

	test("and lists take turns in going first", async () => {
		using api = await openToyApi(() => ({ body: null }));
		const resources = await openToyRoom(cloud, api.url);
		const provider = watching(
			{},
			{
				budget: { requests: 1, seconds: 600 },
				list: {
					cursors: () => ["rows"],
					async *pass(_, { call }) {
						await call("list");
						yield { sightings: [] };
						return "";
					},
				},
			},
		);
		for (let index = 0; index < 10; index++)
			await resources.watches.start({ subject: `s${index}` });
		for (let run = 0; run < 6; run++) {
			resources.advance(hour);
			await resources.run({ provider });
		}
		const lists = api.requests.filter(({ path }) => path === "/rows");
		expect(api.requests).toHaveLength(6);
		expect(lists).toHaveLength(3);
	});
});

describe("many due watches", () => {
	const count = Number(process.env.BILLHOOK_TEST_WATCHES ?? 1000);

	async function fill({ clock, table }: ToyRoom): Promise<void> {
		const deadline = new Date(clock.now.getTime() + 72 * hour * 1000);
		const puts = Array.from({ length: count }, (_, index) => {
			const due = new Date(clock.now.getTime() - (count - index) * 1000);
			const watch = { subject: `s${index}`, kind: "row", startedAt: due };
			const kept = { ...watch, deadline, due, asked: 0, version: 1 };
			return { PutRequest: { Item: toItem({ ...kept, seen: false }) } };
		});
		for (let from = 0; from < puts.length; from += 25)
			await cloud.dynamodb.send(
				new BatchWriteItemCommand({
					RequestItems: { [table]: puts.slice(from, from + 25) },
				}),
			);
	}

	test("are worked off across runs, the oldest first and each once", async () => {
		using api = await openToyApi(() => ({ body: null }));
		const resources = await openToyRoom(cloud, api.url);
		await fill(resources);
		// of more than a thousand only those that are due longest: all of ten thousand would take minutes
		const perRun = Math.min(count, 1000) / 4;
		const provider = watching(
			{ firstSeconds: 86_400, longestSeconds: 86_400 },
			{ budget: { requests: perRun, seconds: 300 } },
		);
		const asked: number[][] = [];
		for (let run = 0; run < 4; run++) {
			const before = api.requests.length;
			await resources.run({ provider });
			const mine = api.requests.slice(before);
			asked.push(mine.map(({ path }) => Number(path.slice("/rows/s".length))));
			resources.advance(330);
		}
		const all = asked.flat();
		expect(new Set(all).size).toBe(4 * perRun);
		expect(all).toHaveLength(4 * perRun);
		// a few are under way at once, and one may fall behind the others
		const together = 25;
		for (const [run, numbers] of asked.entries()) {
			const first = Math.min(...numbers);
			const last = Math.max(...numbers);
			expect(first).toBeGreaterThan(run * perRun - together);
			expect(last).toBeLessThan((run + 1) * perRun + together);
		}
		expect(await resources.run({ provider })).toMatchObject({
			requests: Math.min(count - 4 * perRun, perRun),
		});
	});
});

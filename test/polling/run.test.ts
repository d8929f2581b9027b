import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { record } from "../../functions/inbox/record.ts";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { eventsOf } from "../support/endpoint.ts";
import {
	alone,
	openToyApi,
	openToyRoom,
	pageOf,
	rowsOf,
	sightingOf,
	toy,
} from "../support/toy.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const subjects = async (table: string) =>
	(await eventsOf(cloud, table)).map(({ subject }) => subject);
const counts = { observed: 0, recorded: 0, recovered: 0, known: 0, failed: 0 };

describe("a run", () => {
	test("fetches what no webhook brought, once", async () => {
		const rows = rowsOf(25);
		using api = await openToyApi((request) => pageOf(rows, request));
		const resources = await openToyRoom(cloud, api.url);
		expect(await resources.run()).toMatchObject({
			requests: 3,
			observed: 25,
			recorded: 25,
			recovered: 25,
			known: 0,
			stale: 0,
			failed: 0,
			expired: 0,
			next: "2026-11-21T12:05:00.000Z",
		});
		rows.push({ id: "one more", status: "done" });
		const second = await resources.run();
		expect(second).toMatchObject({ requests: 1, observed: 1, recovered: 1 });
		const expected = rows.map(({ id }) => id);
		expect(await subjects(resources.inboxTable)).toEqual(
			expect.arrayContaining(expected),
		);
		expect(await subjects(resources.inboxTable)).toHaveLength(26);
	});

	test("counts apart what a webhook had brought", async () => {
		const rows = rowsOf(3);
		using api = await openToyApi((request) => pageOf(rows, request));
		const resources = await openToyRoom(cloud, api.url);
		const [row] = rows;
		const [observation] = row ? sightingOf(row, new Date()).observations : [];
		if (!observation) throw new Error("A row is an observation.");
		const traceparent = newTraceparent();
		await record(
			{ provider: "toy", via: "webhook", observation, traceparent },
			{
				inbox: resources.inbox,
				payloads: { keep: async () => "" },
				now: () => resources.clock.now,
				deadline: new Date(resources.clock.now.getTime() + 60_000),
				retentionDays: 35,
			},
		);
		const summary = await resources.run();
		expect(summary).toMatchObject({ observed: 3, recovered: 2, known: 1 });
	});

	test("asks nothing of a provider that nobody has configured, and alarms nobody", async () => {
		using api = await openToyApi(() => ({}));
		const resources = await openToyRoom(cloud, api.url);
		const summary = await resources.run({
			settings: { apiUrl: api.url, key: "" },
		});
		expect(summary).toMatchObject({
			...counts,
			requests: 0,
			skipped: "not configured",
			next: null,
		});
		expect(summary.settings).toBeUndefined();
		expect(api.requests).toEqual([]);
	});

	test.each([
		["a part", { apiUrl: "http://127.0.0.1:1", key: "k" }, ["secret"]],
		["no address", { key: "k", secret: "s" }, ["apiUrl"]],
		["an empty part", { key: "", secret: "s" }, ["key", "apiUrl"]],
		[
			"an address without encryption",
			{ apiUrl: "http://api.example", key: "k", secret: "s" },
			["apiUrl"],
		],
	])(
		"names the settings that are missing where somebody set %s",
		async (_, settings, missing) => {
			const resources = await openToyRoom(cloud, "http://127.0.0.1:1");
			const summary = await resources.run({ settings });
			expect(summary).toMatchObject({ requests: 0, settings: missing });
		},
	);

	test.each([401, 403])(
		"names the settings that a provider refuses with %i",
		async (status) => {
			using api = await openToyApi(() => ({ status }));
			const resources = await openToyRoom(cloud, api.url);
			expect(await resources.run()).toMatchObject({
				requests: 1,
				failed: 1,
				settings: ["key", "secret"],
			});
		},
	);

	test("names the settings that no header can carry", async () => {
		using api = await openToyApi(() => ({}));
		const resources = await openToyRoom(cloud, api.url);
		const settings = { apiUrl: api.url, key: "pasted\n", secret: "s" };
		expect(await resources.run({ settings })).toMatchObject({
			requests: 0,
			settings: ["key", "secret"],
		});
	});

	test("sends nothing but what the poll declares", async () => {
		using api = await openToyApi(() => ({ body: null }));
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({
			list: {
				cursors: () => ["rows"],
				async *pass(_, { call }) {
					yield { sightings: [] };
					await call("rows/add" as "list", { json: {} });
					return "";
				},
			},
		});
		expect(await resources.run({ provider })).toMatchObject({ failed: 1 });
		expect(api.requests).toEqual([]);
	});

	test("records no type that the poll does not declare, and stops there", async () => {
		const rows = rowsOf(3);
		using api = await openToyApi((request) => pageOf(rows, request));
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ brings: { other: [] } });
		const summary = await resources.run({ provider });
		expect(summary).toMatchObject({ observed: 0, failed: 1 });
		expect(await subjects(resources.inboxTable)).toEqual([]);
		expect((await resources.memory.read("cursor#rows"))?.value).toBeUndefined();
	});

	test("works alone: another at the same time does nothing", async () => {
		const rows = rowsOf(30);
		using api = await openToyApi((request) => pageOf(rows, request));
		const resources = await openToyRoom(cloud, api.url);
		const runs = await Promise.all([
			resources.run(),
			resources.run(),
			resources.run(),
		]);
		const worked = runs.filter(({ skipped }) => skipped === undefined);
		expect(worked).toHaveLength(1);
		expect(worked).toMatchObject([{ recovered: 30, requests: 3 }]);
		expect(api.requests).toHaveLength(3);
		expect((await resources.run()).skipped).toBeUndefined();
	});

	test("takes over from a run that died, when its time is over", async () => {
		const rows = rowsOf(5);
		using api = await openToyApi((request) => pageOf(rows, request));
		const resources = await openToyRoom(cloud, api.url);
		const until = resources.clock.now.getTime() + 60_000;
		await resources.memory.replace(
			"lease",
			{ holder: "dead", until, runs: 1 },
			0,
		);
		expect(await resources.run()).toMatchObject({
			skipped: "another run is at work",
			next: new Date(until).toISOString(),
		});
		resources.advance(60);
		expect(await resources.run()).toMatchObject({ recovered: 5 });
	});

	test("tells what it has done also where it cannot give back its turn", async () => {
		const rows = rowsOf(5);
		using api = await openToyApi((request) => pageOf(rows, request));
		const resources = await openToyRoom(cloud, api.url);
		let turns = 0;
		const memory = {
			...resources.memory,
			replace: async <Value>(name: string, value: Value, version: number) => {
				if (name === "lease" && ++turns > 1) throw new Error("Not there.");
				return resources.memory.replace(name, value, version);
			},
		};
		expect(await resources.run({ memory })).toMatchObject({
			recovered: 5,
			failed: 1,
		});
		resources.advance(310);
		expect(await resources.run()).toMatchObject({ requests: 1 });
	});

	test("brings each fact once also where several work at once", async () => {
		const rows = rowsOf(60);
		using api = await openToyApi((request) => pageOf(rows, request, 5));
		const resources = await openToyRoom(cloud, api.url);
		const memory = alone(resources.memory);
		const runs = await Promise.all(
			Array.from({ length: 4 }, () => resources.run({ memory })),
		);
		const last = await resources.run();
		expect(last).toMatchObject({ failed: 0 });
		const recovered = [...runs, last].map((summary) => summary.recovered);
		expect(recovered.reduce((sum, one) => sum + one)).toBe(60);
		expect(await subjects(resources.inboxTable)).toHaveLength(60);
		const cursor = await resources.memory.read<{ since: string }>(
			"cursor#rows",
		);
		expect(cursor?.value).toMatchObject({ since: "60" });
	});

	test("that another has overtaken does not move the place back", async () => {
		const rows = rowsOf(30);
		let overtaken = false;
		using api = await openToyApi(async (request) => {
			if (!overtaken) {
				overtaken = true;
				const memory = alone(resources.memory);
				expect(await resources.run({ memory })).toMatchObject({
					recovered: 30,
				});
			}
			return pageOf(rows, request);
		});
		const resources = await openToyRoom(cloud, api.url);
		expect(await resources.run()).toMatchObject({ known: 10, failed: 0 });
		const cursor = await resources.memory.read<{ since: string }>(
			"cursor#rows",
		);
		expect(cursor?.value).toMatchObject({ since: "30" });
	});

	test("names the shape of an answer that it does not know, and leaves its place", async () => {
		const rows = rowsOf(15);
		let shape: unknown = {
			rows: [{ id: 7, mail: "ann@example.com" }],
			more: true,
		};
		using api = await openToyApi((request) =>
			request.query.get("from") === "10" && shape
				? { body: shape }
				: pageOf(rows, request),
		);
		const resources = await openToyRoom(cloud, api.url);
		const summary = await resources.run();
		expect(summary).toMatchObject({ recovered: 10, failed: 1 });
		expect(summary.failures).toEqual({
			"The provider answered in an unknown shape: { rows: array of { id: number, mail: string }, more: boolean }, at rows.0.id.": 1,
		});
		shape = undefined;
		expect(await resources.run()).toMatchObject({ recovered: 5, failed: 0 });
	});

	test.each([
		[
			"text that is not JSON",
			{ text: "<p>ann@example.com</p>" },
			/not JSON \(22 characters, application\/json\)/,
		],
		[
			"a redirect",
			{ status: 302, headers: { location: "/else" } },
			/"list" failed: 302/,
		],
		["a refusal", { status: 422 }, /"list" failed: 422/],
		["a fault of its own", { status: 500 }, /"list" failed: 500/],
		["too much", { text: `"${"x".repeat(10 * 1024 * 1024)}"` }, /too large/],
	])("fails on %s and says so", async (_, reply, why) => {
		using api = await openToyApi(() => reply);
		const resources = await openToyRoom(cloud, api.url);
		const summary = await resources.run();
		expect(summary).toMatchObject({ failed: 1, observed: 0 });
		expect(Object.keys(summary.failures ?? {})).toEqual([
			expect.stringMatching(why),
		]);
		expect(JSON.stringify(summary)).not.toContain("ann@");
		for (const { path } of api.requests) expect(path).toBe("/rows");
	});

	test("tries once more, after a pause, what failed in passing", async () => {
		const rows = rowsOf(5);
		let failures = 1;
		using api = await openToyApi((request) =>
			failures-- > 0 ? "cut" : pageOf(rows, request),
		);
		const resources = await openToyRoom(cloud, api.url);
		const summary = await resources.run();
		expect(summary).toMatchObject({ requests: 2, recovered: 5, failed: 0 });
		expect(resources.clock.paused).toBeGreaterThan(0);
	});

	test("goes on with the owner whose turn it was when it had to stop", async () => {
		using api = await openToyApi(() => ({ body: {} }));
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({
			budget: { requests: 1, seconds: 600 },
			list: {
				cursors: () => ["a", "b", "c"],
				async *pass({ name }, { call }) {
					await call("list", { query: { owner: name } });
					yield { sightings: [] };
					return "";
				},
			},
		});
		for (let run = 0; run < 4; run++) {
			await resources.run({ provider });
			resources.advance(700);
		}
		const owners = api.requests.map(({ query }) => query.get("owner"));
		expect(owners).toEqual(["a", "b", "c", "a"]);
	});

	test("shows each owner's list to its own turn: who fails goes to the end", async () => {
		const rows = rowsOf(2);
		using api = await openToyApi((request) =>
			request.query.get("owner")?.startsWith("bad")
				? { status: 500 }
				: pageOf(rows, request),
		);
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({
			list: {
				cursors: () => ["bad1", "bad2", "bad3", "good"],
				async *pass({ name }, { call }) {
					const query = { owner: name, from: "0" };
					const answer = await call("list", { query });
					const { rows } = answer.json as { rows: never[] };
					yield {
						sightings: rows.map((row) => sightingOf(row, answer.sentAt)),
					};
					return "";
				},
			},
		});
		const first = await resources.run({ provider });
		expect(first).toMatchObject({ breakerOpened: true, recovered: 0 });
		resources.advance(3600);
		expect(await resources.run({ provider })).toMatchObject({ recovered: 2 });
	});
});

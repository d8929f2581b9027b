import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { once, state } from "../../functions/inbox/identity.ts";
import type { Inbox } from "../../functions/inbox/record.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { eventsOf } from "../support/endpoint.ts";
import { holds } from "../support/property.ts";
import {
	openToyApi,
	openToyRoom,
	pageOf,
	rowsOf,
	type ToyPoll,
	type ToyReply,
	toy,
} from "../support/toy.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

interface KeptCursor {
	since?: string;
	place?: string;
}

const subjectsIn = async (table: string) =>
	(await eventsOf(cloud, table)).map(({ subject }) => String(subject));

const faults = fc.constantFrom<ToyReply | "cut" | "slow" | undefined>(
	...[undefined, undefined, undefined, undefined],
	"cut",
	"slow",
	{ status: 500 },
	{ status: 404 },
	{ status: 429 },
	{ status: 401 },
	{ text: "<html>" },
	{ body: { rows: [{}], more: true } },
);

const runs = fc.record({
	/** rows that the provider has gained before it */
	gained: fc.nat({ max: 12 }),
	/** what befalls its requests, one after another */
	faults: fc.array(faults, { maxLength: 12 }),
	/** after so many observations the inbox fails */
	breaksAfter: fc.option(fc.nat({ max: 15 }), { nil: undefined }),
});

function failingAfter(inbox: Inbox, writes: number | undefined): Inbox {
	let left = writes ?? Number.POSITIVE_INFINITY;
	return {
		...inbox,
		async add(...parts) {
			if (left-- <= 0) throw new Error("The inbox is not there.");
			return inbox.add(...parts);
		},
	};
}

describe("a pass", () => {
	test("skips nothing and repeats nothing, wherever its runs are cut", async () => {
		const property = fc.asyncProperty(
			fc.integer({ min: 1, max: 7 }),
			fc.array(runs, { maxLength: 8 }),
			async (size, plans) => {
				const rows = rowsOf(0);
				let plan: (ToyReply | "cut" | "slow" | undefined)[] = [];
				using api = await openToyApi((request) => {
					const fault = plan.shift();
					if (fault === "slow") resources.advance(250);
					else if (fault) return fault;
					return pageOf(rows, request, size);
				});
				const resources = await openToyRoom(cloud, api.url);
				const places: string[] = [];
				for (const { gained, breaksAfter, ...planned } of [
					...plans,
					{ gained: 3, faults: [], breaksAfter: undefined },
				]) {
					rows.push(...rowsOf(rows.length + gained).slice(rows.length));
					plan = [...planned.faults];
					const inbox = failingAfter(resources.inbox, breaksAfter);
					await resources.run({ store: { inbox } });
					const kept = await resources.memory.read<KeptCursor>("cursor#rows");
					const { since = "0", place = since } = kept?.value ?? {};
					places.push(place);
					const recorded = new Set(await subjectsIn(resources.inboxTable));
					for (const { id } of rows.slice(0, Number(place)))
						expect(recorded).toContain(id);
					resources.advance(2 * 3600);
				}
				const all = await subjectsIn(resources.inboxTable);
				expect(all.toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
				expect(places.map(Number)).toEqual(
					places.map(Number).toSorted((one, other) => one - other),
				);
				expect(places.at(-1)).toBe(String(rows.length));
			},
		);
		await holds(property, { numRuns: 15 });
	});

	test("begins where the last complete one ended, and goes on where a cut one was", async () => {
		const cursors: unknown[] = [];
		let cut = true;
		using api = await openToyApi(() => (cut ? { status: 422 } : {}));
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({
			list: {
				cursors: () => ["rows"],
				async *pass(cursor, { call }) {
					cursors.push(cursor);
					yield { sightings: [], place: "half way" };
					await call("list");
					yield { sightings: [] };
					return "the end";
				},
			},
		});
		await resources.run({ provider });
		await resources.run({ provider });
		cut = false;
		await resources.run({ provider });
		cut = true;
		await resources.run({ provider });
		await resources.run({ provider });
		const name = "rows";
		expect(cursors).toEqual([
			{ name, since: undefined, place: undefined },
			{ name, since: undefined, place: "half way" },
			{ name, since: undefined, place: "half way" },
			{ name, since: "the end", place: undefined },
			{ name, since: "the end", place: "half way" },
		]);
	});

	test("asks for the next page only when this one is durable", async () => {
		const recorded: number[] = [];
		const rows = rowsOf(30);
		using api = await openToyApi(async (request) => {
			recorded.push((await subjectsIn(resources.inboxTable)).length);
			return pageOf(rows, request);
		});
		const resources = await openToyRoom(cloud, api.url);
		await resources.run();
		expect(recorded).toEqual([0, 10, 20]);
	});

	const remembering: ToyPoll["list"] = {
		cursors: () => ["rows"],
		rememberHours: 9,
		async *pass(_, { call, remembered }) {
			const list = await call("list");
			const { rows } = list.json as { rows: { id: string; at: number }[] };
			const keys = rows.map(({ id, at }) => `${id} ${at}`);
			const known = await remembered(keys);
			for (const { id, at } of rows) {
				if (known.has(`${id} ${at}`)) continue;
				const answer = await call("one", { path: { id } });
				const { status } = answer.json as { status: string };
				const body = { id, status };
				const identity = state({ value: status });
				const fact = { type: "changed", subject: id, identity, body };
				yield {
					sightings: [
						{
							observations: status === "quiet" ? [] : [fact],
							observedAt: answer.sentAt,
							remember: `${id} ${at}`,
						},
					],
				};
			}
			return "";
		},
	};

	test("fetches what its overlap shows again only where it has changed, or time has passed", async () => {
		const rows = [
			{ id: "a", at: 1, status: "open" },
			{ id: "b", at: 1, status: "quiet" },
		];
		using api = await openToyApi(({ path }) => ({
			body:
				path === "/rows"
					? { rows, more: false }
					: rows.find(({ id }) => path === `/rows/${id}`),
		}));
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ list: remembering });
		expect(await resources.run({ provider })).toMatchObject({ requests: 3 });
		expect(await resources.run({ provider })).toMatchObject({ requests: 1 });
		resources.advance(600);
		rows[0] = { id: "a", at: 2, status: "paid" };
		expect(await resources.run({ provider })).toMatchObject({
			requests: 2,
			recovered: 1,
		});
		resources.advance(9 * 3600);
		expect(await resources.run({ provider })).toMatchObject({
			requests: 3,
			recovered: 0,
			known: 1,
		});
	});

	test("sees again what was stale, and does not remember it", async () => {
		let status = "open";
		using api = await openToyApi(({ path }) => ({
			body:
				path === "/rows"
					? { rows: [{ id: "a", at: 1 }], more: false }
					: { id: "a", status },
		}));
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ list: remembering });
		await resources.run({ provider });
		resources.advance(60);
		status = "paid";
		expect(await resources.run({ provider })).toMatchObject({ requests: 1 });
		const { memory } = resources;
		const forgetful = {
			...memory,
			remembered: async () => new Map<string, string>(),
		};
		const stale = await resources.run({ provider, memory: forgetful });
		expect(stale).toMatchObject({ observed: 1, stale: 1, recovered: 0 });
		resources.advance(300);
		const fresh = await resources.run({ provider, memory: forgetful });
		expect(fresh).toMatchObject({ stale: 0, recovered: 1 });
	});

	test("tells its poll which sightings are settled", async () => {
		const answers: unknown[] = [];
		let status = "open";
		using api = await openToyApi(() => ({ body: {} }));
		const resources = await openToyRoom(cloud, api.url);
		const sighting = (id: string, value: string, observedAt: Date) => ({
			observations: [
				{
					type: "changed",
					subject: id,
					identity: value === "done" ? once(id) : state({ value }),
					body: { id, status: value },
				},
			],
			observedAt,
			remember: `${id} ${value}`,
		});
		const provider = toy({
			list: {
				cursors: () => ["rows"],
				async *pass(_, { call, remembered }) {
					const { sentAt } = await call("list");
					const sightings = [
						sighting("a", status, sentAt),
						sighting("b", "done", sentAt),
					];
					answers.push(yield { sightings });
					const keys = sightings.map(({ remember }) => remember);
					answers.push([...(await remembered(keys))].toSorted());
					return "";
				},
			},
		});
		await resources.run({ provider });
		status = "paid";
		await resources.run({ provider });
		expect(answers).toEqual([
			[true, true],
			["a open", "b done"],
			[false, true],
			["b done"],
		]);
	});

	test("fetches again what its lane has moved on from since it was seen", async () => {
		using api = await openToyApi(({ path }) => ({
			body:
				path === "/rows"
					? { rows: [{ id: "a", at: 1 }], more: false }
					: { id: "a", status: "open" },
		}));
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ list: remembering });
		await resources.run({ provider });
		resources.advance(3600);
		await resources.push("a", state({ value: "paid" }));
		resources.advance(600);
		// the webhook told of something older: the list shows what still holds
		expect(await resources.run({ provider })).toMatchObject({
			requests: 2,
			recovered: 1,
		});
		expect(await resources.run({ provider })).toMatchObject({ requests: 1 });
	});

	test("goes on past a fact that its provider dates before what the inbox remembers", async () => {
		const answers: unknown[] = [];
		using api = await openToyApi(() => ({ body: {} }));
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({
			list: {
				cursors: () => ["rows"],
				async *pass(_, { call, now }) {
					const { sentAt } = await call("list");
					const time = new Date(now.getTime() - 36 * 86_400_000);
					const fact = { type: "changed", subject: "s", time, body: {} };
					const recurring = state({ value: "A", recurring: true });
					for (const identity of [once("1"), recurring])
						answers.push(
							yield {
								sightings: [
									{ observations: [{ ...fact, identity }], observedAt: sentAt },
								],
							},
						);
					return "";
				},
			},
		});
		expect(await resources.run({ provider })).toMatchObject({ stale: 2 });
		expect(answers).toEqual([[true], [true]]);
	});
});

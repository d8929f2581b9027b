import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Memory } from "../../functions/asking/memory.ts";
import { WrongCredentials } from "../../functions/asking/request.ts";
import { expectShape } from "../../functions/asking/shape.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import {
	alone,
	openToyApi,
	openToyRoom,
	type ToyPoll,
	type ToyReply,
	type ToyRequest,
	toy,
} from "../support/toy.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const Granted = z.looseObject({
	access: z.string(),
	refresh: z.string().optional(),
	error: z.string().optional(),
});

const lasting = (minutes: number, from: Date) =>
	new Date(from.getTime() + minutes * 60_000);

const plain: ToyPoll["tokens"] = {
	async fetch(_, { call, now, settings }) {
		const answer = await call("token", { json: { secret: settings.secret } });
		const { access } = expectShape(Granted, answer.json);
		return { access, expiresAt: lasting(60, now) };
	},
};

const ofMembers: ToyPoll["tokens"] = {
	owners: {
		setting: "members",
		first: ({ members }, owner) => members?.[owner],
	},
	async fetch({ owner, refresh }, { call, now }) {
		const json = { owner, refresh };
		const answer = await call("token", { json, accepts: [400] });
		if (answer.status === 400) throw new WrongCredentials(["key", "secret"]);
		const granted = expectShape(Granted, answer.json);
		const { access, refresh: next } = granted;
		return { access, refresh: next, expiresAt: lasting(12, now) };
	},
};

const eachMember: ToyPoll["list"] = {
	cursors: ({ members = {} }) => Object.keys(members),
	async *pass({ name }, { call }) {
		await call("list", { as: name, query: { owner: name } });
		yield { sightings: [] };
		return "";
	},
};

const one: ToyPoll["list"] = {
	cursors: () => ["rows"],
	async *pass(_, { call }) {
		await call("list");
		yield { sightings: [] };
		return "";
	},
};

/** Grants tokens by refresh tokens that are good once, or as often as one likes. */
function openGrants({ rotates }: { rotates: boolean }) {
	const good = new Map<string, string>();
	const shown = new Set<string>();
	let made = 0;
	return {
		good,
		shown,
		allow: (owner: string, refresh: string) => good.set(refresh, owner),
		revoke(owner: string) {
			for (const [token, whose] of good)
				if (whose === owner) good.delete(token);
			shown.clear();
		},
		answer({ path, headers, text }: ToyRequest): ToyReply {
			if (path !== "/token") {
				const [, access = ""] = (headers.authorization ?? "").split(" ");
				return { status: shown.has(access) ? 200 : 401 };
			}
			const { owner, refresh } = JSON.parse(text);
			if (good.get(refresh) !== owner) return { status: 401 };
			const access = `access-${++made}`;
			shown.add(access);
			if (!rotates) return { body: { access } };
			good.delete(refresh);
			good.set(`refresh ${made}`, owner);
			return { body: { access, refresh: `refresh ${made}` } };
		},
	};
}

describe("a token", () => {
	test("is fetched once and shown until its time is over, run after run", async () => {
		using api = await openToyApi(({ path, headers }) => {
			if (path === "/token") return { body: { access: "a" } };
			return { status: headers.authorization === "Bearer a" ? 200 : 401 };
		});
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ tokens: plain, list: one });
		expect(await resources.run({ provider })).toMatchObject({ requests: 2 });
		resources.advance(59 * 60);
		expect(await resources.run({ provider })).toMatchObject({ requests: 1 });
		resources.advance(60);
		expect(await resources.run({ provider })).toMatchObject({
			requests: 2,
			failed: 0,
		});
	});

	test("that the provider takes no longer is fetched anew, once", async () => {
		let good = "a";
		using api = await openToyApi(({ path, headers }) => {
			if (path === "/token") return { body: { access: good } };
			return { status: headers.authorization === `Bearer ${good}` ? 200 : 401 };
		});
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ tokens: plain, list: one });
		await resources.run({ provider });
		good = "b";
		expect(await resources.run({ provider })).toMatchObject({
			requests: 3,
			failed: 0,
		});
		expect(await resources.run({ provider })).toMatchObject({ requests: 1 });
	});

	test("that is refused although it is new is a matter of the settings", async () => {
		using api = await openToyApi(({ path }) =>
			path === "/token" ? { body: { access: "a" } } : { status: 403 },
		);
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ tokens: plain, list: one });
		expect(await resources.run({ provider })).toMatchObject({
			requests: 4,
			failed: 1,
			settings: ["key", "secret"],
		});
	});

	test("is asked for once in a run even where that fails in passing", async () => {
		using api = await openToyApi(() => ({ status: 503 }));
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ tokens: plain, list: one });
		expect(await resources.run({ provider })).toMatchObject({
			requests: 1,
			failed: 1,
		});
	});

	test("never meets the request that fetches another one", async () => {
		const shown: unknown[] = [];
		using api = await openToyApi(({ path, headers }) => {
			if (path !== "/token") return {};
			shown.push(headers.authorization);
			return { body: { access: "a" } };
		});
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ tokens: plain, list: one });
		await resources.run({ provider });
		resources.advance(3600);
		await resources.run({ provider });
		expect(shown).toEqual([undefined, undefined]);
	});
});

describe("an owner's refresh token", () => {
	const settings = (api: { url: string }, members: Record<string, string>) => ({
		apiUrl: api.url,
		key: "k",
		secret: "s",
		members,
	});
	const provider = toy({ tokens: ofMembers, list: eachMember });

	test.each([true, false])(
		"carries from run to run (rotating: %s)",
		async (rotates) => {
			const grants = openGrants({ rotates });
			grants.allow("m1", "first 1");
			grants.allow("m2", "first 2");
			using api = await openToyApi(grants.answer);
			const resources = await openToyRoom(cloud, api.url);
			const set = settings(api, { m1: "first 1", m2: "first 2" });
			for (let run = 0; run < 4; run++) {
				expect(await resources.run({ provider, settings: set })).toMatchObject({
					requests: 4,
					failed: 0,
					refused: 0,
				});
				resources.advance(12 * 60);
			}
		},
	);

	test("that came anew is durable before its access token is shown", async () => {
		const grants = openGrants({ rotates: true });
		grants.allow("m", "first");
		const kept: unknown[] = [];
		using api = await openToyApi(async (request) => {
			if (request.path === "/rows")
				kept.push(await resources.memory.read("token#m"));
			return grants.answer(request);
		});
		const resources = await openToyRoom(cloud, api.url);
		await resources.run({ provider, settings: settings(api, { m: "first" }) });
		expect(kept).toMatchObject([
			{ value: { refresh: "refresh 1", earlier: "first" } },
		]);
	});

	test("that could not be kept is not followed by its access token", async () => {
		const grants = openGrants({ rotates: true });
		grants.allow("m", "first");
		using api = await openToyApi(grants.answer);
		const resources = await openToyRoom(cloud, api.url);
		const memory: Memory = {
			...resources.memory,
			async replace(name, value, version) {
				if (name === "token#m") throw new Error("The table is not there.");
				return resources.memory.replace(name, value, version);
			},
		};
		const set = settings(api, { m: "first" });
		const summary = await resources.run({ provider, settings: set, memory });
		expect(summary).toMatchObject({ requests: 1, failed: 1 });
		expect(api.requests).toMatchObject([{ path: "/token" }]);
	});

	test("before the last one serves where the last one is refused", async () => {
		const grants = openGrants({ rotates: true });
		grants.allow("m", "first");
		using api = await openToyApi(grants.answer);
		const resources = await openToyRoom(cloud, api.url);
		const set = settings(api, { m: "first" });
		await resources.run({ provider, settings: set });
		resources.advance(12 * 60);
		await resources.run({ provider, settings: set });
		grants.good.clear();
		grants.allow("m", "refresh 1");
		resources.advance(12 * 60);
		expect(await resources.run({ provider, settings: set })).toMatchObject({
			failed: 0,
		});
	});

	test("that is revoked is told once and then skipped until its setting changes; the others go on", async () => {
		const grants = openGrants({ rotates: true });
		grants.allow("m1", "first 1");
		grants.allow("m2", "first 2");
		using api = await openToyApi(grants.answer);
		const resources = await openToyRoom(cloud, api.url);
		const set = settings(api, { m1: "first 1", m2: "first 2" });
		await resources.run({ provider, settings: set });
		grants.revoke("m1");
		resources.advance(12 * 60);
		const told = await resources.run({ provider, settings: set });
		expect(told).toMatchObject({
			failed: 1,
			refused: 1,
			settings: ["members"],
		});
		const asked = api.requests.length;
		const skipped = await resources.run({ provider, settings: set });
		expect(skipped).toMatchObject({ failed: 0, refused: 1, requests: 1 });
		expect(skipped.settings).toBeUndefined();
		const [last] = api.requests.slice(asked);
		expect(last?.query.get("owner")).toBe("m2");
		grants.allow("m1", "again");
		const again = settings(api, { m1: "again", m2: "first 2" });
		expect(await resources.run({ provider, settings: again })).toMatchObject({
			failed: 0,
			refused: 0,
			requests: 3,
		});
	});

	test("that is refused is tried again after a day, without telling anybody twice", async () => {
		const grants = openGrants({ rotates: false });
		using api = await openToyApi(grants.answer);
		const resources = await openToyRoom(cloud, api.url);
		const set = settings(api, { m: "first" });
		const run = () => resources.run({ provider, settings: set });
		expect(await run()).toMatchObject({ failed: 1, refused: 1 });
		resources.advance(24 * 3600 - 1);
		expect(await run()).toMatchObject({ failed: 0, refused: 1, requests: 0 });
		resources.advance(1);
		const still = await run();
		expect(still).toMatchObject({ failed: 0, refused: 1 });
		expect(still.requests).toBeGreaterThan(0);
		expect(still.settings).toBeUndefined();
		grants.allow("m", "first");
		resources.advance(24 * 3600);
		expect(await run()).toMatchObject({ failed: 0, refused: 0 });
	});

	test("is not to blame where the client itself is refused", async () => {
		using api = await openToyApi(({ path }) => ({
			status: path === "/token" ? 400 : 200,
		}));
		const resources = await openToyRoom(cloud, api.url);
		const set = settings(api, { m1: "first 1", m2: "first 2" });
		const refused = { requests: 1, failed: 1, settings: ["key", "secret"] };
		expect(await resources.run({ provider, settings: set })).toMatchObject(
			refused,
		);
		expect(await resources.run({ provider, settings: set })).toMatchObject(
			refused,
		);
	});

	test("granted to one of two runs is not lost to the other's refusal", async () => {
		const grants = openGrants({ rotates: true });
		grants.allow("m", "first");
		const granted = Promise.withResolvers<void>();
		const refused = Promise.withResolvers<void>();
		let asked = 0;
		using api = await openToyApi(async (request) => {
			const answer = grants.answer(request);
			if (request.path === "/token" && ++asked === 1) {
				granted.resolve();
				await refused.promise;
			}
			return answer;
		});
		const resources = await openToyRoom(cloud, api.url);
		const set = settings(api, { m: "first" });
		const first = resources.run({ provider, settings: set });
		await granted.promise;
		const memory = alone(resources.memory);
		const second = await resources.run({ provider, settings: set, memory });
		expect(second).toMatchObject({ refused: 1 });
		refused.resolve();
		expect(await first).toMatchObject({ failed: 0, refused: 0 });
		resources.advance(12 * 60);
		expect(await resources.run({ provider, settings: set })).toMatchObject({
			failed: 0,
			refused: 0,
		});
	});
});

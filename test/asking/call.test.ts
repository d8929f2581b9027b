import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, openCloud } from "../support/cloud.ts";
import {
	openToyApi,
	openToyRoom,
	pageOf,
	rowsOf,
	toy,
} from "../support/toy.ts";

let cloud: Cloud;
beforeAll(async () => {
	cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const at = (time: string) => new Date(`2026-11-21T${time}Z`).toISOString();

describe("a provider's patience", () => {
	test("is not tried by more than the budget, whatever the number of runs", async () => {
		const rows = rowsOf(100);
		const sent: number[] = [];
		using api = await openToyApi((request) => {
			sent.push(resources.clock.now.getTime());
			return pageOf(rows, request, 1);
		});
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ budget: { requests: 30, seconds: 180 } });
		for (let run = 0; run < 40; run++) {
			const before = api.requests.length;
			const { stopped, requests } = await resources.run({ provider });
			expect(requests).toBe(api.requests.length - before);
			if (stopped === undefined) break;
			expect(stopped).toBe("budget");
			resources.advance(20);
		}
		expect(sent).toHaveLength(100);
		for (const from of sent) {
			const window = sent.filter((one) => one >= from && one < from + 180_000);
			expect(window.length).toBeLessThanOrEqual(30);
		}
	});

	test("is waited for inside a run where it takes seconds", async () => {
		const rows = rowsOf(25);
		using api = await openToyApi((request) => pageOf(rows, request, 1));
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ budget: { requests: 10, seconds: 1 } });
		const summary = await resources.run({ provider });
		expect(summary).toMatchObject({ requests: 25, recovered: 25 });
		expect(resources.clock.paused).toBeGreaterThanOrEqual(2000);
		expect(resources.clock.paused).toBeLessThan(4000);
	});

	test("is used to the full by runs that follow one another", async () => {
		using api = await openToyApi(() => ({}));
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({
			budget: { requests: 6, seconds: 60 },
			list: {
				cursors: () => ["rows"],
				async *pass(_, { call }) {
					yield { sightings: [] };
					for (;;) await call("list");
				},
			},
		});
		const hour = resources.clock.now.getTime() + 3_600_000;
		while (resources.clock.now.getTime() < hour) {
			const next = resources.clock.now.getTime() + 300_000;
			expect(await resources.run({ provider })).toMatchObject({
				stopped: "budget",
				failed: 0,
			});
			resources.advance((next - resources.clock.now.getTime()) / 1000);
		}
		expect(api.requests.length).toBeGreaterThan(0.9 * 6 * 60);
		expect(api.requests.length).toBeLessThanOrEqual(6 * 60);
	});

	test.each([
		["seconds", { "retry-after": "600" }, "12:10:00"],
		["a date", { "retry-after": "Sat, 21 Nov 2026 12:07:00 GMT" }, "12:07:00"],
		["a window", { "ratelimit-policy": "50;w=360" }, "12:06:00"],
	])(
		"has an end that it names by %s, and until then no run asks",
		async (_, headers, until) => {
			const rows = rowsOf(3);
			let refusing = true;
			using api = await openToyApi((request) =>
				refusing ? { status: 429, headers } : pageOf(rows, request),
			);
			const resources = await openToyRoom(cloud, api.url);
			expect(await resources.run()).toMatchObject({
				requests: 1,
				failed: 0,
				stopped: "provider",
				next: at(until),
			});
			refusing = false;
			const seconds =
				(Date.parse(at(until)) - resources.clock.now.getTime()) / 1000;
			resources.advance(seconds - 300);
			expect(await resources.run()).toMatchObject({
				requests: 0,
				next: at(until),
			});
			resources.advance(300);
			expect(await resources.run()).toMatchObject({
				requests: 1,
				recovered: 3,
			});
		},
	);

	test("has an end that it says before refusing anything", async () => {
		const rows = rowsOf(20);
		const headers = {
			"ratelimit-limit": "50",
			"ratelimit-remaining": "0",
			"ratelimit-policy": "50;w=180",
		};
		using api = await openToyApi((request) => ({
			...pageOf(rows, request, 10),
			headers,
		}));
		const resources = await openToyRoom(cloud, api.url);
		const first = await resources.run();
		expect(first).toMatchObject({ requests: 1, stopped: "provider" });
		expect(first.recovered).toBe(10);
		resources.advance(180);
		expect(await resources.run()).toMatchObject({ requests: 1, recovered: 10 });
	});

	test("ends with the breaker, which says so once and outlives the run", async () => {
		const rows = rowsOf(3);
		let down = true;
		using api = await openToyApi((request) =>
			down ? { status: 503 } : pageOf(rows, request),
		);
		const resources = await openToyRoom(cloud, api.url);
		const runs = [
			await resources.run(),
			await resources.run(),
			await resources.run(),
		];
		expect(runs.map(({ requests }) => requests)).toEqual([2, 2, 1]);
		expect(runs.map(({ breakerOpened }) => breakerOpened)).toEqual([
			undefined,
			undefined,
			true,
		]);
		const shut = await resources.run();
		expect(shut).toMatchObject({ requests: 0, failed: 0, stopped: "breaker" });
		expect(shut.breakerOpened).toBeUndefined();
		resources.advance(150);
		const trial = await resources.run();
		expect(trial).toMatchObject({ requests: 1, breakerOpened: true });
		down = false;
		resources.advance(200);
		expect(await resources.run()).toMatchObject({ requests: 0 });
		resources.advance(200);
		expect(await resources.run()).toMatchObject({ requests: 1, recovered: 3 });
		expect(await resources.run()).toMatchObject({ failed: 0, requests: 1 });
	});

	test("is left in good time before the run's own end", async () => {
		const rows = rowsOf(50);
		using api = await openToyApi((request) => {
			resources.advance(10);
			return pageOf(rows, request, 1);
		});
		const resources = await openToyRoom(cloud, api.url);
		const provider = toy({ budget: { requests: 1000, seconds: 1 } });
		const summary = await resources.run({ provider, seconds: 100 });
		expect(summary).toMatchObject({ stopped: "time", requests: 9 });
		expect(summary).toMatchObject({ recovered: 9, failed: 0 });
		let recovered = summary.recovered;
		while (recovered < 50) {
			const next = await resources.run({ provider, seconds: 100 });
			expect(next.recovered).toBeGreaterThan(0);
			recovered += next.recovered;
		}
		expect(api.requests).toHaveLength(50);
	});
});

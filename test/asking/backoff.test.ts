import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { waitSeconds } from "../../functions/asking/backoff.ts";
import { UnfitWatch } from "../../functions/inbox/watch-request.ts";
import { beginWatch, nextDue } from "../../functions/polling/kept-watch.ts";
import type { Watches } from "../../functions/polling/poll.ts";
import { holds } from "../support/property.ts";

const backoffs = fc
	.record({
		firstSeconds: fc.integer({ min: 1, max: 600 }),
		longest: fc.integer({ min: 0, max: 86_400 }),
	})
	.map(({ firstSeconds, longest }) => ({
		firstSeconds,
		longestSeconds: firstSeconds + longest,
	}));
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const rules: Watches = {
	kinds: ["link", "entity"],
	subject: z.string().min(1).max(500),
	firstSeconds: 30,
	longestSeconds: 3600,
	async *ask() {
		yield { sightings: [] };
		return "waiting";
	},
};
const now = new Date("2026-11-21T12:00:00Z");
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000);
const options = { rules, retentionDays: 35, now, random: 0.5 };

describe("the wait between two questions", () => {
	test("never leaves its span, however often was asked", () => {
		holds(
			fc.property(
				backoffs,
				fc.nat({ max: 5000 }),
				random,
				(span, asked, dice) => {
					const wait = waitSeconds(span, asked, dice);
					expect(wait).toBeGreaterThanOrEqual(span.firstSeconds);
					expect(wait).toBeLessThanOrEqual(span.longestSeconds);
				},
			),
		);
	});

	test("doubles, and is spread by a fifth to either side", () => {
		const span = { firstSeconds: 10, longestSeconds: 10_000 };
		const waits = [1, 2, 3, 4].map((asked) => waitSeconds(span, asked, 0.5));
		expect(waits).toEqual([10, 20, 40, 80]);
		expect(waitSeconds(span, 4, 0)).toBe(64);
		expect(waitSeconds(span, 4, 1)).toBeCloseTo(96);
	});

	test("does not jump over the deadline while that is ahead", () => {
		holds(
			fc.property(
				fc.nat({ max: 50 }),
				fc.integer({ min: -1000, max: 1000 }),
				random,
				(asked, minutes, dice) => {
					const deadline = new Date(now.getTime() + minutes * 60_000);
					const watch = beginWatch({ subject: "s" }, options);
					const due = nextDue({ ...watch, asked, deadline }, rules, now, dice);
					if (deadline > now)
						expect(due.getTime()).toBeLessThanOrEqual(deadline.getTime());
					expect(due.getTime()).toBeGreaterThan(now.getTime());
				},
			),
		);
	});
});

describe("a watch", () => {
	test("begins with the provider's first kind, three days, and its first question due", () => {
		expect(beginWatch({ subject: "s" }, options)).toMatchObject({
			kind: "link",
			deadline: hours(72),
			due: now,
			asked: 0,
			seen: false,
		});
	});

	test("waits from the start where its subject has just been asked about", () => {
		expect(beginWatch({ subject: "s", asked: 1 }, options)).toMatchObject({
			due: new Date(now.getTime() + 30_000),
			asked: 1,
		});
	});

	test.each([
		["subject", { subject: "" }],
		["subject", { subject: "s".repeat(501) }],
		["kind", { subject: "s", kind: "bank" }],
		["deadline", { subject: "s", deadline: now }],
		["deadline", { subject: "s", deadline: hours(35 * 24) }],
	])("is refused by the name of its field: %s", (field, request) => {
		expect(() => beginWatch(request, options)).toThrow(
			expect.objectContaining({ field }),
		);
		expect(() => beginWatch(request, options)).toThrow(UnfitWatch);
	});

	test("may last until just before the inbox forgets", () => {
		const deadline = new Date(hours(35 * 24).getTime() - 1);
		const watch = beginWatch({ subject: "s".repeat(500), deadline }, options);
		expect(watch.deadline).toEqual(deadline);
	});
});

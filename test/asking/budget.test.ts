import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Spent, spend } from "../../functions/asking/budget.ts";
import { holds } from "../support/property.ts";

const budgets = fc.record({
	requests: fc.integer({ min: 1, max: 40 }),
	seconds: fc.integer({ min: 1, max: 200 }),
});

/** Asks at each instant and waits as told; answers the instants at which a request was let through. */
function sendAll(
	budget: { requests: number; seconds: number },
	gaps: readonly number[],
	{ waits }: { waits: boolean },
): number[] {
	const sent: number[] = [];
	let spent: Spent = [];
	let at = 1_800_000_000_000;
	for (const gap of gaps) {
		at += gap;
		let result = spend(budget, spent, new Date(at));
		if ("until" in result && waits) {
			at = result.until.getTime();
			result = spend(budget, spent, new Date(at));
			expect(result).toHaveProperty("spent");
		}
		if ("until" in result) continue;
		// what stands between two runs is JSON
		spent = JSON.parse(JSON.stringify(result.spent));
		sent.push(at);
	}
	return sent;
}

function mostInAnyWindow(sent: readonly number[], windowMs: number): number {
	return Math.max(
		0,
		...sent.map(
			(from) => sent.filter((at) => at >= from && at < from + windowMs).length,
		),
	);
}

describe("a budget", () => {
	test("is not exceeded in any window, wherever it begins", () => {
		holds(
			fc.property(
				budgets,
				fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 150 }),
				fc.boolean(),
				(budget, gaps, waits) => {
					const sent = sendAll(budget, gaps, { waits });
					const most = mostInAnyWindow(sent, budget.seconds * 1000);
					expect(most).toBeLessThanOrEqual(budget.requests);
				},
			),
		);
	});

	test("lets all of it through at once, and the next when it says", () => {
		holds(
			fc.property(budgets, (budget) => {
				const now = new Date(1_800_000_000_123);
				let spent: Spent = [];
				for (let count = 0; count < budget.requests; count++) {
					const result = spend(budget, spent, now);
					spent = "spent" in result ? result.spent : [];
					expect(result).toHaveProperty("spent");
				}
				const over = spend(budget, spent, now);
				const until = "until" in over ? over.until : new Date(0);
				const waitedMs = until.getTime() - now.getTime();
				expect(waitedMs).toBeGreaterThan(budget.seconds * 1000 - 1);
				expect(waitedMs).toBeLessThanOrEqual(budget.seconds * 1050 + 1);
				const before = new Date(until.getTime() - 1);
				expect(spend(budget, spent, before)).toHaveProperty("until");
				expect(spend(budget, spent, until)).toHaveProperty("spent");
			}),
		);
	});

	test("is remembered in a few numbers, however large it is", () => {
		let spent: Spent = [];
		for (let count = 0; count < 5000; count++) {
			const at = new Date(1_800_000_000_000 + count * 12);
			const result = spend({ requests: 10_000, seconds: 60 }, spent, at);
			if ("spent" in result) spent = result.spent;
		}
		expect(spent.length).toBeLessThanOrEqual(22);
	});
});

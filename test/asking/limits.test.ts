import { describe, expect, test } from "vitest";
import { open, pass, settle } from "../../functions/asking/gate.ts";
import {
	exhausted,
	retryAfter,
	windowEnd,
} from "../../functions/asking/limits.ts";

const now = new Date("2026-11-21T12:00:00Z");
const seconds = (date: Date | undefined) =>
	date && (date.getTime() - now.getTime()) / 1000;

describe("what a provider says of its limits", () => {
	test.each([
		["seconds", "30", 30],
		["a date", "Sat, 21 Nov 2026 12:02:00 GMT", 120],
		["a date that has passed", "Sat, 21 Nov 2026 11:00:00 GMT", 0],
		["a year", "31536000", 24 * 3600],
		["nothing that is a time", "soon", undefined],
		["nothing", "", undefined],
	])("reads Retry-After: %s", (_, value, expected) => {
		expect(seconds(retryAfter({ "retry-after": value }, now))).toBe(expected);
	});

	test.each([
		[
			"remaining and reset",
			{ "ratelimit-remaining": "0", "ratelimit-reset": "17" },
			17,
		],
		[
			"remaining and a policy",
			{ "ratelimit-remaining": "0", "ratelimit-policy": "50;w=180" },
			180,
		],
		["no word on when", { "ratelimit-remaining": "0" }, 60],
		["something left", { "ratelimit-remaining": "1" }, undefined],
		["silence", {}, undefined],
	])("knows when nothing is left: %s", (_, headers, expected) => {
		expect(seconds(exhausted(headers as Record<string, string>, now))).toBe(
			expected,
		);
	});

	test("falls back on the provider's window where a refusal says no time", () => {
		expect(seconds(windowEnd({ "ratelimit-policy": "50;w=180" }, now))).toBe(
			180,
		);
		expect(windowEnd({}, now)).toBeUndefined();
	});
});

describe("the gate", () => {
	const budget = { requests: 100, seconds: 1 };

	test.each([
		["too many", { "retry-after": "90" }, 90],
		["too many", { "ratelimit-policy": "50;w=180" }, 180],
		["too many", {}, 60],
		["answered", { "ratelimit-remaining": "0", "ratelimit-reset": "5" }, 5],
		["failed", { "retry-after": "45" }, 45],
	] as const)(
		"stays shut after %s with %j until it is time",
		(kind, headers, wait) => {
			const { gate } = settle(open, { kind, headers }, now, 0);
			const kept = JSON.parse(JSON.stringify(gate));
			const at = (ms: number) => new Date(now.getTime() + ms);
			expect(pass(kept, budget, at(wait * 1000 - 1))).toEqual({
				until: at(wait * 1000),
				reason: "provider",
			});
			expect(pass(kept, budget, at(wait * 1000))).toHaveProperty("gate");
		},
	);

	test.each(["answered", "too many"] as const)(
		"counts no failure before an answer, be it a refusal: %s",
		(kind) => {
			let gate = open;
			for (let time = 0; time < 9; time++) {
				if (time % 4 === 0)
					gate = settle(gate, { kind, headers: {} }, now, 0).gate;
				const failed = settle(gate, { kind: "failed", headers: {} }, now, 0);
				expect(failed.opens).toBe(false);
				gate = failed.gate;
			}
		},
	);
});

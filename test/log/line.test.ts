import { describe, expect, test } from "vitest";
import { linesOf, type Said, sayError } from "../../functions/log/line.ts";
import { Logged } from "../../functions/log/logged.ts";

const now = new Date("2026-11-21T12:00:00.000Z");

function write(part: Partial<Said>): Record<string, unknown>[] {
	return linesOf({
		stage: "dev",
		provider: "finbox",
		now,
		metrics: {},
		said: {
			function: "watch",
			requestId: "r",
			method: "GET",
			status: 200,
		},
		...part,
	}).map((line) => {
		expect(line).not.toContain("\n");
		expect(Logged.safeParse(JSON.parse(line)).error).toBeUndefined();
		return JSON.parse(line);
	});
}

describe("a log line", () => {
	test("is one line of CloudWatch's embedded metric format, without the zeros", () => {
		expect(write({ metrics: { Recorded: 1, Quarantined: 0 } })).toEqual([
			{
				_aws: {
					Timestamp: now.getTime(),
					CloudWatchMetrics: [
						{
							Namespace: "Billhook",
							Dimensions: [["Stage", "Provider"]],
							Metrics: [{ Name: "Recorded" }],
						},
					],
				},
				Stage: "dev",
				Provider: "finbox",
				time: "2026-11-21T12:00:00.000Z",
				function: "watch",
				requestId: "r",
				method: "GET",
				status: 200,
				Recorded: 1,
			},
		]);
	});

	test("declares no metrics where nothing was counted", () => {
		expect(write({})[0]).not.toHaveProperty("_aws");
	});

	test("names a hundred events, and the rest in lines of their own that count nothing", () => {
		const events = Array.from({ length: 201 }, (_, index) => ({
			id: `e-${index}`,
			type: "finbox.x",
			subject: "s",
		}));
		const lines = write({
			metrics: { Forwarded: 201 },
			said: { function: "forward", requestId: "r", events },
		});
		expect(lines.map(({ part, Forwarded }) => [part, Forwarded])).toEqual([
			[undefined, 201],
			[2, undefined],
			[3, undefined],
		]);
		expect(lines.slice(1).some((line) => "_aws" in line)).toBe(false);
		expect(lines.flatMap((line) => line.events)).toEqual(events);
	});

	test("says an error's name and place, never its message", () => {
		const said = sayError(new TypeError("jane@example.com is not a function"));
		expect(said).toMatchObject({ error: "TypeError" });
		expect(said.at).toMatch(/^at .*line\.test\.ts/);
		expect(JSON.stringify(said)).not.toContain("jane");
		expect(sayError("a private word")).toEqual({ error: "string" });
	});
});

import { describe, expect, test } from "vitest";
import { line, sayError } from "../functions/line.ts";

const now = new Date("2026-11-21T12:00:00.000Z");

describe("line", () => {
	test("is one line of CloudWatch's embedded metric format, without the zeros", () => {
		const text = line({
			stage: "dev",
			provider: "finbox",
			now,
			metrics: { Accepted: 1, Quarantined: 0 },
			outcome: "accepted",
		});
		expect(text).not.toContain("\n");
		expect(JSON.parse(text)).toEqual({
			_aws: {
				Timestamp: now.getTime(),
				CloudWatchMetrics: [
					{
						Namespace: "Billhook",
						Dimensions: [["Stage", "Provider"]],
						Metrics: [{ Name: "Accepted", Unit: "Count" }],
					},
				],
			},
			Stage: "dev",
			Provider: "finbox",
			outcome: "accepted",
			Accepted: 1,
		});
	});

	test("declares no metrics where nothing was counted", () => {
		const text = line({ stage: "dev", provider: "finbox", now, metrics: {} });
		expect(JSON.parse(text)).toEqual({ Stage: "dev", Provider: "finbox" });
	});

	test("says an error's name and place, never its message", () => {
		const said = sayError(new TypeError("jane@example.com is not a function"));
		expect(said).toMatchObject({ error: "TypeError" });
		expect(said.at).toMatch(/^at .*line\.test\.ts/);
		expect(JSON.stringify(said)).not.toContain("jane");
		expect(sayError("a private word")).toEqual({ error: "string" });
	});
});

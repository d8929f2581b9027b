import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { line } from "../../functions/line.ts";
import { providers } from "../../functions/providers.ts";
import { curlOf } from "../../local/examples.ts";
import { tell } from "../../local/story.ts";
import { exampleOf } from "../support/examples.ts";

const tellOf = (fields: Record<string, unknown>) =>
	tell(
		"Fn",
		line({
			stage: "local",
			provider: "finbox",
			now: new Date(0),
			metrics: { Accepted: 1 },
			...fields,
		}),
	)?.replaceAll(/ +/g, " ");

test.each<[Record<string, unknown>, string]>([
	[
		{
			function: "webhook",
			outcome: "accepted",
			type: "finbox.x",
			id: "abc",
			status: 200,
		},
		"finbox accepted finbox.x abc",
	],
	[
		{ function: "webhook", outcome: "duplicate", type: "finbox.x" },
		"finbox duplicate finbox.x",
	],
	[
		{ function: "webhook", outcome: "quarantined", reason: "not-json" },
		"finbox quarantined not-json",
	],
	[{ function: "webhook", outcome: "refused", status: 404 }, "finbox refused"],
	[
		{ function: "webhook", outcome: "unavailable", error: "TimeoutError" },
		"finbox unavailable TimeoutError",
	],
	[
		{
			function: "forward",
			events: [
				{ id: "a", type: "finbox.x" },
				{ id: "b", type: "finbox.y" },
			],
			failures: [{ id: "c", reason: "too large" }],
			held: "throttled",
		},
		"finbox forwarded finbox.x a\nfinbox forwarded finbox.y b\nfinbox failed too large c\nfinbox held up throttled",
	],
	[
		{
			function: "poll",
			requests: 3,
			observed: 2,
			recorded: 1,
			recovered: 1,
			known: 1,
			failed: 0,
		},
		"finbox polled 3 requests, 2 observed, 1 recorded, 1 recovered, 1 known",
	],
	[
		{ function: "poll", requests: 0, skipped: "not configured" },
		"finbox polled not configured",
	],
	[
		{
			function: "poll",
			requests: 1,
			failed: 1,
			settings: ["apiKey"],
			failures: { "401": 1 },
		},
		"finbox polled 1 requests, 1 failed\nfinbox polled look at apiKey\nfinbox polled 1 × 401",
	],
	[{ function: "watch", method: "POST", status: 201 }, "finbox watch POST 201"],
])("tells %j", (fields, told) => {
	expect(tellOf(fields)).toBe(told);
});

test("what is no line of ours is shown as it is, with its function's name", () => {
	expect(tell("Webhook", "TypeError: no")).toBe("Webhook  TypeError: no");
	expect(tell("Webhook", '{"a":1}')).toBe('Webhook  {"a":1}');
	expect(tell("Webhook", "null")).toBe("Webhook  null");
	expect(tell("Webhook", " ")).toBeUndefined();
});

test.each(providers.map((provider) => [provider.name, provider] as const))(
	"the command for %s survives a shell",
	(name, provider) => {
		const example = exampleOf(provider);
		const segments = provider.path.map((segment) => `/{${segment}}`).join("");
		const webhook = `http://127.0.0.1:3000/hooks/${name}/token`;
		const route = `/hooks/${name}/{token}${segments}`;
		const curl = curlOf(example, webhook, route) ?? "";
		const printed = execFileSync("sh", [
			"-c",
			curl.replace(/^curl/, "printf '%s\\0'"),
		]).toString();
		const [url, ...more] = printed.split("\0").slice(0, -1);
		const delivery = example.deliveries.find(({ event }) => event);
		const path = provider.path.map(
			(segment) => `/${delivery?.path?.[segment]}`,
		);
		expect(url).toBe(webhook + path.join(""));
		expect(JSON.parse(more.at(-1) ?? "")).toEqual(
			JSON.parse(JSON.stringify(delivery?.body)),
		);
		for (const [header, value] of Object.entries(example.headers))
			expect(more).toContain(`${header}: ${value}`);
	},
);

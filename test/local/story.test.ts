import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { providers } from "../../functions/providers.ts";
import { curlOf } from "../../local/examples.ts";
import { tell } from "../../local/story.ts";
import { exampleOf } from "../support/examples.ts";

const common = { Stage: "local", Provider: "finbox", requestId: "r" };
const time = new Date(0).toISOString();

const tellOf = (fields: Record<string, unknown>) =>
	tell("Fn", JSON.stringify({ ...common, time, ...fields }), {
		finbox: { settings: "finbox.json", credentials: "finbox.api.json" },
	})?.replaceAll(/ +/g, " ");

const delivery = {
	function: "webhook",
	traceparent: "t",
	status: 200,
	method: "POST",
	bytes: 9,
};
const event = { type: "finbox.x", id: "abc", subject: "s" };
const run = {
	function: "poll",
	requests: 0,
	observed: 0,
	recorded: 0,
	recovered: 0,
	known: 0,
	stale: 0,
	failed: 0,
	expired: 0,
	ended: 0,
	refused: 0,
	next: null,
};

test.each<[Record<string, unknown>, string | undefined]>([
	[
		{
			...delivery,
			outcome: "accepted",
			events: [
				{ ...event, outcome: "new" },
				{ ...event, id: undefined, outcome: "claim" },
			],
		},
		"finbox accepted finbox.x abc\nfinbox duplicate finbox.x",
	],
	[
		{
			...delivery,
			outcome: "quarantined",
			quarantined: [
				{
					id: "k",
					reason: "invalid",
					fields: [{ path: "a.b", message: "expected string" }],
				},
			],
		},
		"finbox quarantined invalid k\nfinbox a.b: expected string",
	],
	[
		{
			...delivery,
			outcome: "quarantined",
			events: [{ ...event, outcome: "conflict" }],
			quarantined: [
				{
					id: "k",
					reason: "conflict",
					fields: [{ path: "", message: "was already taken on" }],
				},
			],
		},
		"finbox conflict finbox.x abc\nfinbox quarantined conflict k\nfinbox was already taken on",
	],
	[
		{ ...delivery, outcome: "refused", reason: "token", status: 404 },
		"finbox refused the token in its URL is wrong",
	],
	[
		{ ...delivery, outcome: "refused", reason: "method", method: "PUT" },
		"finbox refused a method that is not taken",
	],
	[
		{ ...delivery, outcome: "refused", reason: "too-large" },
		"finbox refused its body is too large",
	],
	[{ ...delivery, outcome: "tried", method: "GET" }, "finbox tried GET"],
	[
		{
			...delivery,
			outcome: "unavailable",
			error: "SettingsUnreadable",
			at: "at x.ts",
			settings: ["webhookKey: there is no such setting"],
		},
		"finbox unavailable SettingsUnreadable\nfinbox settings look at webhookKey: there is no such setting (finbox.json)",
	],
	[
		{ ...delivery, outcome: "unavailable", error: "Error", at: "at x.ts" },
		"finbox unavailable Error at x.ts",
	],
	[
		{ ...delivery, outcome: "accepted", watch: { subject: "s", known: false } },
		"finbox accepted watch",
	],
	[
		{
			function: "retry",
			retried: "k",
			outcome: "accepted",
			events: [{ ...event, outcome: "new" }],
		},
		"finbox retried k\nfinbox accepted finbox.x abc",
	],
	[
		{ function: "retry", retried: "k", outcome: "absent" },
		"finbox retried k\nfinbox absent",
	],
	[
		{
			function: "forward",
			events: [event, { ...event, id: "b", type: "finbox.y" }],
			failures: [{ id: "c", reason: "too large" }],
			held: { reason: "throttled", id: "d" },
		},
		"finbox forwarded finbox.x abc\nfinbox forwarded finbox.y b\nfinbox failed too large c\nfinbox held up throttled d",
	],
	[
		{
			...run,
			requests: 3,
			observed: 2,
			recorded: 1,
			recovered: 1,
			known: 1,
			events: [event],
		},
		"finbox polled 3 requests, 2 observed, 1 recorded, 1 known\nfinbox recovered finbox.x abc",
	],
	[
		{ ...run, part: 2, recorded: 101, events: [event] },
		"finbox recovered finbox.x abc",
	],
	[run, undefined],
	[{ ...run, skipped: "not configured" }, "finbox polled not configured"],
	[
		{
			...run,
			requests: 1,
			failed: 1,
			stopped: "provider",
			settings: ["apiKey"],
			failures: { "401": 1 },
		},
		"finbox polled 1 requests, 1 failed stopped: provider\nfinbox polled 1 × 401\nfinbox settings look at apiKey (finbox.api.json)",
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
		const shown = { ...example.headers, ...delivery?.headers };
		for (const [header, value] of Object.entries(shown))
			expect(more).toContain(`${header}: ${value}`);
	},
);

import { describe, expect, test } from "vitest";
import * as z from "zod";
import { providers } from "../functions/providers.ts";
import { apiSecret, readSecret, webhookSecret } from "../functions/secret.ts";
import { exampleOf } from "./support/examples.ts";

const token = "T".repeat(43);
const provider = {
	settings: z.object({ webhookKey: z.string().optional() }),
	poll: {
		settings: z.object({
			apiKey: z.string().optional(),
			members: z.record(z.string(), z.string()).optional(),
		}),
	},
};

function complaintsOf(read: () => unknown): unknown {
	try {
		return read();
	} catch (error) {
		expect(String(error)).not.toContain("a-value");
		return (error as { complaints: string[] }).complaints;
	}
}

const ofWebhook = (held: unknown) =>
	complaintsOf(() =>
		readSecret(
			typeof held === "string" ? held : JSON.stringify(held),
			webhookSecret(provider),
		),
	);
const ofApi = (held: unknown) =>
	complaintsOf(() => readSecret(JSON.stringify(held), apiSecret(provider)));

describe("a secret", () => {
	test("holds what its provider declares, and the webhook's holds tokens", () => {
		const held = { token, previousToken: token, webhookKey: "k" };
		expect(ofWebhook(held)).toEqual(held);
		expect(ofApi({})).toEqual({});
		expect(ofApi({ apiKey: "k" })).toEqual({ apiKey: "k" });
	});

	test.each<[string, unknown, string]>([
		[
			"that is misspelt, with the one that is meant",
			{ token, webhookkey: "a-value" },
			"webhookkey: there is no such setting; is webhookKey meant?",
		],
		[
			"that is like none",
			{ token, colour: "a-value" },
			"colour: there is no such setting",
		],
		[
			"of the other secret",
			{ token, apiKey: "a-value" },
			"apiKey: belongs into the api secret",
		],
		[
			"of the other secret that is misspelt, too",
			{ token, member: "a-value" },
			"member: there is no such setting; is members of the api secret meant?",
		],
		[
			"of the wrong type",
			{ token, webhookKey: ["a-value"] },
			"webhookKey: Invalid input: expected string, received array",
		],
		[
			"that is too short, with the rule",
			{ token: "a-value" },
			"token: Too small: expected string to have >=43 characters",
		],
		[
			"that is missing",
			{},
			"token: Invalid input: expected string, received undefined",
		],
		[
			"whose name is a value in the wrong place",
			{ token, [`a-value-${"x".repeat(40)}`]: "" },
			"a field with a very long name: there is no such setting",
		],
	])("names a field %s, never a value", (_, held, complaint) => {
		expect(ofWebhook(held)).toEqual([complaint]);
	});

	test("names every field that is wrong, and of a field within a field the outer one", () => {
		expect(ofApi({ apikey: 1, members: { "a-value": 1 }, token })).toEqual([
			"apikey: there is no such setting; is apiKey meant?",
			"token: belongs into the webhook secret",
			"members: Invalid input: expected string, received number",
		]);
	});

	test.each(["token=a-value", "null", '["a-value"]', '"a-value"', ""])(
		"that holds %j is no JSON object",
		(text) => {
			expect(ofWebhook(text)).toEqual(["the secret is not a JSON object"]);
		},
	);
});

describe.each(providers.map((provider) => [provider.name, provider] as const))(
	"%s",
	(_, provider) => {
		test("has an example whose settings its webhook secret may hold", () => {
			const held = { token, ...exampleOf(provider).settings };
			const read = readSecret(JSON.stringify(held), webhookSecret(provider));
			expect(read).toMatchObject(held);
		});

		test("needs nothing in its api secret before somebody sets it", () => {
			expect(() => readSecret("{}", apiSecret(provider))).not.toThrow();
		});
	},
);

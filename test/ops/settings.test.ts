import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { knowsToken } from "../../functions/delivery/auth.ts";
import marosa from "../../functions/providers/marosa/provider.ts";
import { readSecret, webhookSecret } from "../../functions/secret.ts";
import { openSecretsManager } from "../../local/secrets-manager.ts";
import { masked } from "../../ops/settings/show.ts";
import { installed, typeAt } from "../support/billhook.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { delivery, token } from "../support/endpoint.ts";
import { temporaryFolder } from "../support/local-app.ts";

const stack = new AsyncDisposableStack();
let cloud: Cloud;
beforeAll(async () => {
	cloud = stack.use(await openCloud());
});
afterAll(() => stack.disposeAsync());

const secretWord = "a-very-secret-password";

async function open(name = "marosa") {
	const folder = stack.use(temporaryFolder());
	const fileOf = (kind: string) => join(folder.path, `${kind}.json`);
	const arnOf = (kind: string) =>
		`arn:aws:secretsmanager:us-east-1:000000000000:secret:${kind}-local0`;
	const kinds = ["webhook", "api"] as const;
	const manager = stack.use(
		await openSecretsManager(
			kinds.map((kind) => ({
				provider: name,
				holds: kind,
				arn: arnOf(kind),
				file: fileOf(kind),
			})),
		),
	);
	const write = (kind: string, values: object) =>
		writeFileSync(fileOf(kind), JSON.stringify(values));
	write("webhook", {
		token,
		webhookUsername: "u",
		webhookPassword: secretWord,
	});
	write("api", { apiUrl: "https://gw.example/api", password: secretWord });
	const endpoints = { ...cloud.endpoints, secretsmanager: manager.endpoint };
	const typed = typeAt({ endpoints }, folder.path, {
		[name]: installed({
			hook: `/hooks/${name}/{token}`,
			secrets: { webhook: arnOf("webhook"), api: arnOf("api") },
		}),
	});
	const held = (kind: "webhook" | "api") =>
		JSON.parse(readFileSync(fileOf(kind), "utf8"));
	return { typed, held };
}

describe("billhook settings", () => {
	test("show says what is set, and never the whole of a secret", async () => {
		const { typed } = await open();
		for (const how of ["", " --json"]) {
			const { stdout, stderr } = await typed(`settings show marosa${how}`);
			expect(stdout).toContain("https://gw.example/api");
			expect(stdout).toContain("set, 22 characters");
			expect(stdout + stderr).not.toContain(secretWord);
			expect(stdout + stderr).not.toContain(token);
		}
	});

	test.each([
		["https://user:pass@host.example/", "set, 31 characters"],
		["https://host.example/?key=1", "set, 27 characters"],
		[
			"https://hooks.example/T00000000000000000000000000000000",
			"set, 55 characters",
		],
		["http://127.0.0.1:3000/api/v1", "http://127.0.0.1:3000/api/v1"],
		["secret", "set, 6 characters"],
		["", "empty"],
		[true, "true"],
		[30, "30"],
		[{ member: "refresh" }, "set, 1 entries"],
	])("of %j only so much is said: %s", (value, says) => {
		expect(masked(value)).toBe(says);
	});

	test("set writes each field into the secret that it belongs to, with --yes alone", async () => {
		const { typed, held } = await open();
		const words = "settings set marosa webhookApiKey=k-1 clientId=c-1";
		const asked = await typed(words);
		expect(asked.code).toBe(2);
		expect(asked.stderr).toContain("webhookApiKey is set");
		expect(held("webhook")).not.toHaveProperty("webhookApiKey");
		const { code, stdout, stderr } = await typed(`${words} --yes`);
		expect(code).toBe(0);
		expect(stdout + stderr).not.toContain("k-1");
		expect(held("webhook")).toMatchObject({ token, webhookApiKey: "k-1" });
		expect(held("api")).toMatchObject({
			password: secretWord,
			clientId: "c-1",
		});
		await typed("settings set marosa webhookApiKey= --yes");
		expect(held("webhook")).not.toHaveProperty("webhookApiKey");
	});

	test("set reads a secret from stdin", async () => {
		const { typed, held } = await open();
		await typed("settings set marosa webhookApiKey=- --yes", {
			stdin: " k 2\n",
		});
		expect(held("webhook").webhookApiKey).toBe(" k 2");
	});

	test.each([
		["webhookApikey=x", "is webhookApiKey meant?"],
		["pasword=x", "is password meant?"],
		["token=x", "token rotate"],
		["firstPage=first", "firstPage: Invalid string"],
		[secretWord, "field=value"],
	])("set refuses %s before anything is written", async (change, says) => {
		const { typed, held } = await open();
		const before = [held("webhook"), held("api")];
		const { code, stderr } = await typed(
			`settings set marosa webhookApiKey=k ${change} --yes`,
		);
		expect(stderr).toContain(says);
		expect(stderr).not.toContain(secretWord);
		expect(code).toBeGreaterThan(0);
		expect([held("webhook"), held("api")]).toEqual(before);
	});

	test("set of a provider that does not come with Billhook says where its settings are", async () => {
		const { typed } = await open("acme");
		const { code, stderr } = await typed("settings set acme key=x --yes");
		expect(stderr).toContain("acme does not come with Billhook");
		expect(code).toBe(1);
	});
});

describe("billhook token rotate", () => {
	const tokens = (held: object) =>
		readSecret(JSON.stringify(held), webhookSecret(marosa));

	test("has both tokens good until it is told to finish", async () => {
		const { typed, held } = await open();
		expect((await typed("token rotate marosa")).code).toBe(2);
		expect(held("webhook").token).toBe(token);
		const { code, stdout } = await typed("token rotate marosa --yes");
		expect(code).toBe(0);
		const fresh = stdout.trim().split("/").at(-1) ?? "";
		expect(fresh).toMatch(/^[A-Za-z0-9]{43}$/);
		const isGood = (shown: string) =>
			knowsToken(delivery({}, { token: shown }), tokens(held("webhook")));
		expect([isGood(token), isGood(fresh)]).toEqual([true, true]);
		expect(held("webhook").webhookPassword).toBe(secretWord);
		const again = await typed("token rotate marosa --yes");
		expect(again.stderr).toContain("has two tokens already");
		expect((await typed("token rotate marosa --finish")).code).toBe(2);
		expect((await typed("token rotate marosa --finish --yes")).code).toBe(0);
		expect([isGood(token), isGood(fresh)]).toEqual([false, true]);
		const over = await typed("token rotate marosa --finish --yes");
		expect(over.stderr).toContain("has one token only");
	});
});

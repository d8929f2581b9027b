import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { equals } from "../../functions/proofs/equals.ts";
import { hmac, standardWebhooks } from "../../functions/proofs/hmac.ts";
import { explain } from "../../ops/verify/explain.ts";
import { type } from "../support/billhook.ts";
import { type Cloud, openCloud } from "../support/cloud.ts";
import { token } from "../support/endpoint.ts";
import { temporaryFolder } from "../support/local-app.ts";
import { typeWithSecrets } from "../support/with-secrets.ts";

const stack = new AsyncDisposableStack();
const folder = stack.use(temporaryFolder());
let cloud: Cloud;
beforeAll(async () => {
	cloud = stack.use(await openCloud());
});
afterAll(() => stack.disposeAsync());

const receivedAt = new Date("2026-01-01T00:00:00Z");
const seconds = receivedAt.getTime() / 1000;
const body = '{"a": 1}';

function says(
	[proof]: ReturnType<typeof hmac> | ReturnType<typeof equals>,
	headers: Record<string, string>,
	bytes = body,
) {
	if (!proof) throw new Error("no proof");
	return explain(proof, { headers, bytes: Buffer.from(bytes), receivedAt });
}

describe("a header that equals a secret", () => {
	const proof = equals("X-Key", "Secret-1");
	test.each([
		[{}, "the header x-key is missing"],
		[{ "x-key": "" }, "the header x-key is empty"],
		[{ "x-key": "Secret-1 " }, "white space"],
		[{ "x-key": "secret-1" }, "capital letters"],
		[{ "x-key": "Bearer Secret-1" }, "a scheme"],
		[{ "x-key": "Secret-2" }, "another value"],
	])("%j: %s", (headers, why) => {
		const verdict = says(proof, headers);
		expect(verdict.shown).toBe(false);
		expect(verdict.says.join()).toContain(why);
		expect(JSON.stringify(verdict)).not.toContain("Secret-");
	});

	test("that is right needs no words", () => {
		expect(says(proof, { "x-key": "Secret-1" })).toMatchObject({
			shown: true,
			says: [],
		});
	});
});

describe("a signature", () => {
	const sign = (text: string, key = "key", algorithm = "sha256") =>
		createHmac(algorithm, key).update(text);
	const proof = hmac({
		secrets: ["key"],
		signature: { header: "Signed", between: ",", after: "v1=" },
		timestamp: { header: "Signed", between: ",", after: "t=" },
		signs: "{timestamp}.{body}",
	});
	const signed = (
		text: string,
		{ at = seconds, key = "key", algorithm = "sha256", as = "hex" } = {},
	) => ({
		signed: `t=${at},v1=${sign(`${at}.${text}`, key, algorithm).digest(as as "hex")}`,
	});

	test.each([
		["is missing", {}, body, "the header Signed is missing"],
		["has no part", { signed: "t=1" }, body, "begins with v1="],
		["has aged", signed(body, { at: seconds - 400 }), body, "400 s before"],
		["is ahead", signed(body, { at: seconds + 400 }), body, "400 s behind"],
		["is of another key", signed(body, { key: "k" }), body, "another key"],
		["is of other bytes", signed("{}"), body, "other bytes"],
		["has a line's end too many", signed(body), `${body}\n`, "line's end"],
		["is of the body written anew", signed('{"a":1}'), body, "written it anew"],
		[
			"is of another algorithm",
			signed(body, { algorithm: "sha512" }),
			body,
			"with sha512",
		],
		["is base64", signed(body, { as: "base64" }), body, "as base64"],
		[
			"signs the body alone",
			{ signed: `t=${seconds},v1=${sign(body).digest("hex")}` },
			body,
			"signs the body alone",
		],
		["has no time", { signed: "t=x,v1=00" }, body, "no number of seconds"],
	])("that %s says so", (_, headers, bytes, why) => {
		const verdict = says(proof, headers, bytes);
		expect(verdict.shown).toBe(false);
		expect(verdict.says.join()).toContain(why);
	});

	test("has aged at the first second that is too late, and is told of its age alone", () => {
		const early = signed(body, { at: seconds - 400 });
		expect(says(proof, early).says).toEqual([
			expect.stringContaining("400 s before its reception"),
		]);
		const inTime = signed(body, { at: seconds - 300, key: "k" });
		expect(says(proof, inTime).says).toEqual([
			expect.stringContaining("of another key"),
		]);
	});

	test("has no word that is a secret's", () => {
		const secret = Buffer.from("a secret of some length").toString("base64");
		const verdict = says(standardWebhooks(`whsec_${secret}`), {
			"webhook-id": "1",
			"webhook-timestamp": String(seconds),
			"webhook-signature": "v1,AAAA",
		});
		expect(verdict.shown).toBe(false);
		expect(JSON.stringify(verdict)).not.toContain(secret);
	});
});

describe("billhook verify", () => {
	const file = (name: string, text: string) => {
		const path = join(folder.path, name);
		writeFileSync(path, text);
		return path;
	};

	test("judges files by a file, and asks nobody", async () => {
		const settings = file("settings.json", '{"webhookSecretKey":"Secret-1"}');
		const typed = (headers: string, options = "") =>
			type(
				`verify finbox --headers ${headers} --body ${file("body", body)} --settings ${settings}${options}`,
				{ environment: { BILLHOOK_DATA: "/nowhere" } },
			);
		const wrong = await typed(file("wrong", "X-Secret-Key: secret-1\n"));
		expect(wrong.stdout).toBe(
			"wrong  x-secret-key equals a secret\n       it differs in capital letters alone\n",
		);
		expect(wrong.code).toBe(1);
		const right = await typed(
			file("right.json", '{"X-Secret-Key":"Secret-1"}'),
			" --json",
		);
		expect(JSON.parse(right.stdout)).toMatchObject({ shown: true });
		expect(right.code).toBe(0);
	});

	const judge = (name: string, headers: string, settings: string) =>
		type(
			`verify ${name} --headers ${headers} --body ${file("body", body)} --settings ${settings}`,
		);

	test("takes a delivery for right once all its proofs are", async () => {
		const settings = file(
			"both.json",
			'{"webhookApiKey":"k","webhookUsername":"u","webhookPassword":"p"}',
		);
		const headers = file(
			"one-of-two",
			"x-api-key: k\nauthorization: Basic -\n",
		);
		const { code, lines } = await judge("marosa", headers, settings);
		expect(lines.map((line) => line.slice(0, 5))).toEqual([
			"right",
			"wrong",
			"     ",
		]);
		expect(code).toBe(1);
		const none = await judge("caminvoice", headers, file("none.json", "{}"));
		expect(none.stderr).toContain("caminvoice need show no proof");
		expect(none.code).toBe(0);
	});

	test("judges a signature by the time at which it came", async () => {
		const secret = Buffer.from("a secret of some length");
		const settings = file(
			"whsec.json",
			`{"webhookSecret":"whsec_${secret.toString("base64")}"}`,
		);
		const signature = createHmac("sha256", secret)
			.update(`m-1.${seconds}.${body}`)
			.digest("base64");
		const headers = file(
			"signed",
			`webhook-id: m-1\nwebhook-timestamp: ${seconds}\nwebhook-signature: v1,${signature}\n`,
		);
		const at = (time: string) =>
			judge("standard-webhooks", headers, `${settings} --at ${time}`);
		expect((await at("2026-01-01T00:05")).code).toBe(0);
		const late = await at("2026-01-01T00:06");
		expect(late.stdout).toContain("360 s before its reception");
		expect(late.code).toBe(1);
	});

	test("asks an installation for its settings, and prints none of them", async () => {
		const typed = await typeWithSecrets(stack, cloud, {
			name: "finbox",
			webhook: { token, webhookSecretKey: "Secret:1" },
		});
		const words = (headers: string) =>
			`verify finbox --headers ${headers} --body ${file("body", body)}`;
		const right = await typed(words(file("right", "X-Secret-Key: Secret:1")));
		expect([right.code, right.stderr]).toEqual([0, ""]);
		const wrong = await typed(words(file("other", "X-Secret-Key: 1")));
		expect(wrong.stdout).toContain("it is another value");
		for (const secret of [token, "Secret:1"])
			expect(wrong.stdout + wrong.stderr).not.toContain(secret);
	});

	test.each(['{"webhookSecretKey":"Secret-1"', '["Secret-1"]'])(
		"quotes nothing of settings that are no object: %s",
		async (text) => {
			const headers = file("headers", "x-secret-key: 1");
			const settings = file("odd.json", text);
			const { code, stderr } = await judge("finbox", headers, settings);
			expect(stderr).toBe(`${settings} holds no JSON object.\n`);
			expect(code).toBe(1);
		},
	);

	test("says what is missing", async () => {
		const none = await type("verify finbox --body x");
		expect(none.stderr).toContain("--headers is missing");
		expect(none.code).toBe(2);
		const gone = await type("verify finbox --headers /nowhere --body x");
		expect(gone.stderr).toContain("/nowhere cannot be read (ENOENT)");
		expect(gone.code).toBe(1);
	});
});

import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { equals } from "../../functions/proofs/equals.ts";
import { hmac, standardWebhooks } from "../../functions/proofs/hmac.ts";
import { explain } from "../../ops/verify/explain.ts";
import { type } from "../support/billhook.ts";
import { temporaryFolder } from "../support/local-app.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

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

	test("says what is missing", async () => {
		const none = await type("verify finbox --body x");
		expect(none.stderr).toContain("--headers is missing");
		expect(none.code).toBe(2);
		const gone = await type("verify finbox --headers /nowhere --body x");
		expect(gone.stderr).toContain("/nowhere cannot be read (ENOENT)");
		expect(gone.code).toBe(1);
	});
});

import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
	type Hmac,
	hmac,
	isSigned,
	standardWebhooks,
} from "../../functions/proofs/hmac.ts";
import type { Shown } from "../../functions/proofs/shown.ts";

const secret = "example-secret";
const now = new Date("2026-11-21T12:00:00.000Z");
const seconds = now.getTime() / 1000;

function shown(
	body: string,
	headers: Record<string, string>,
	receivedAt = now,
): Shown {
	return { headers, bytes: Buffer.from(body), receivedAt };
}

function proofOf([proof]: Hmac[]): Hmac {
	if (!proof) throw new Error("no proof is asked for");
	return proof;
}

const ofStripe = (...secrets: string[]) =>
	hmac({
		secrets,
		signature: { header: "Stripe-Signature", between: ",", after: "v1=" },
		signs: "{timestamp}.{body}",
		timestamp: { header: "stripe-signature", between: ",", after: "t=" },
	});
const ofSlack = (secret: string) =>
	hmac({
		secrets: [secret],
		signature: { header: "x-slack-signature", after: "v0=" },
		signs: "v0:{timestamp}:{body}",
		timestamp: { header: "x-slack-request-timestamp" },
	});

describe("an hmac", () => {
	test("is the one of GitHub's page", () => {
		// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
		const proof = hmac({
			secrets: ["It's a Secret to Everybody"],
			signature: { header: "X-Hub-Signature-256", after: "sha256=" },
		});
		const hex =
			"757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
		const headers = { "x-hub-signature-256": `sha256=${hex}` };
		const upper = { "x-hub-signature-256": `sha256=${hex.toUpperCase()}` };
		expect(isSigned(proofOf(proof), shown("Hello, World!", headers))).toBe(
			true,
		);
		expect(isSigned(proofOf(proof), shown("Hello, World!", upper))).toBe(true);
		expect(isSigned(proofOf(proof), shown("Hello, World", headers))).toBe(
			false,
		);
	});

	test("is the one of Slack's page", () => {
		// https://api.slack.com/authentication/verifying-requests-from-slack
		const body =
			"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
		const headers = {
			"x-slack-request-timestamp": "1531420618",
			"x-slack-signature":
				"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
		};
		const proof = proofOf(ofSlack("8f742231b10e8888abcd99yyyzzz85a5"));
		const sent = shown(body, headers, new Date(1531420618_000));
		expect(isSigned(proof, sent)).toBe(true);
	});

	test("is the one of RFC 4231, in every algorithm and encoding", () => {
		// https://www.rfc-editor.org/rfc/rfc4231, test case 2
		const digests = {
			sha256:
				"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
			sha512:
				"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
			// RFC 2202, test case 2
			sha1: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
		} as const;
		for (const algorithm of ["sha1", "sha256", "sha512"] as const)
			for (const encoding of ["hex", "base64"] as const) {
				const signature = { header: "x-signature" };
				const secrets = ["Jefe"];
				const proof = proofOf(
					hmac({ secrets, algorithm, encoding, signature }),
				);
				const text = Buffer.from(digests[algorithm], "hex").toString(encoding);
				const body = "what do ya want for nothing?";
				expect(isSigned(proof, shown(body, { "x-signature": text }))).toBe(
					true,
				);
			}
	});

	test("takes any one of several signatures, by any one of several secrets", () => {
		const sign = (secret: string) =>
			createHmac("sha256", secret).update(`${seconds}.{}`).digest("hex");
		const parts = [`t=${seconds}`, `v1=${sign("old")}`, `v1=${sign("new")}`];
		const judged = (header: string, ...secrets: string[]) =>
			isSigned(
				proofOf(ofStripe(...secrets)),
				shown("{}", { "stripe-signature": header }),
			);
		expect(judged(parts.join(), "new")).toBe(true);
		expect(judged(parts.join(), "other", "old")).toBe(true);
		expect(judged(parts.join(), "other")).toBe(false);
		expect(judged(`t=${seconds},v0=${sign("new")}`, "new")).toBe(false);
		expect(judged(`v1=${sign("new")}`, "new")).toBe(false);
		expect(judged("", "new")).toBe(false);
	});

	test("is refused on both sides of its tolerance", () => {
		const sign = (at: number) =>
			createHmac("sha256", secret).update(`${at}.{}`).digest("hex");
		const judged = (at: number) =>
			isSigned(
				proofOf(ofStripe(secret)),
				shown("{}", { "stripe-signature": `t=${at},v1=${sign(at)}` }),
			);
		expect([-301, -300, 0, 300, 301].map((by) => judged(seconds + by))).toEqual(
			[false, true, true, true, false],
		);
	});

	test("is asked for once a secret is set, and an empty key opens nothing", () => {
		expect(ofStripe()).toEqual([]);
		expect(standardWebhooks(undefined, "")).toEqual([]);
		const proof = proofOf(standardWebhooks("whsec_"));
		const signed = createHmac("sha256", "").update(`m.${seconds}.{}`);
		const headers = {
			"webhook-id": "m",
			"webhook-timestamp": String(seconds),
			"webhook-signature": `v1,${signed.digest("base64")}`,
		};
		expect(isSigned(proof, shown("{}", headers))).toBe(false);
	});
});

describe("Standard Webhooks", () => {
	// https://github.com/standard-webhooks/standard-webhooks, the libraries' own
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
	const at = new Date(1614265330_000);
	const headers = {
		"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
		"webhook-timestamp": "1614265330",
		"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
	};
	const body = '{"test": 2432232314}';

	test("is the published one", () => {
		for (const given of [secret, secret.replace("whsec_", "")])
			expect(
				isSigned(proofOf(standardWebhooks(given)), shown(body, headers, at)),
			).toBe(true);
		const several = `v1a,AAAA v1,AAAA ${headers["webhook-signature"]}`;
		const rotated = { ...headers, "webhook-signature": several };
		expect(
			isSigned(
				proofOf(standardWebhooks("whsec_AAAA", secret)),
				shown(body, rotated, at),
			),
		).toBe(true);
	});

	test("refuses an id that moves the border between it and the time", () => {
		const key = Buffer.from(secret.slice(6), "base64");
		const cut = (id: string, time: string, body: string) => {
			const text = `${id}.${time}.${body}`;
			const digest = createHmac("sha256", key).update(text).digest("base64");
			const headers = {
				"webhook-id": id,
				"webhook-timestamp": time,
				"webhook-signature": `v1,${digest}`,
			};
			return isSigned(
				proofOf(standardWebhooks(secret)),
				shown(body, headers, at),
			);
		};
		expect(cut("m", "1614265330", "1614265331.1")).toBe(true);
		expect(cut("m.1614265330", "1614265331", "1")).toBe(false);
	});
});

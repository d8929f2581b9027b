import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equals } from "../../functions/proofs/equals.ts";
import { hmac, standardWebhooks } from "../../functions/proofs/hmac.ts";
import { isShown, type Proof } from "../../functions/proofs/proof.ts";
import { sign } from "../../functions/proofs/sign.ts";
import { holds } from "../support/property.ts";

interface Vector {
	proofs(key: Buffer): readonly Proof[];
	key: Buffer;
	headers: Readonly<Record<string, string>>;
	body: string;
	/** Unix seconds, where the time is part of it */
	at?: number;
}

const stripeHeader = "stripe-signature";

/** A published one for each kind of proof, and for each way in which a signature is written. */
const vectors: Record<string, Vector> = {
	// https://www.rfc-editor.org/rfc/rfc7617, section 2
	"a header that equals a value, as RFC 7617 has it": {
		key: Buffer.from("Aladdin:open sesame"),
		proofs: (key) => equals("authorization", `Basic ${key.toString("base64")}`),
		headers: { authorization: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==" },
		body: "{}",
	},
	// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
	"a signature of the body, as GitHub's page has it": {
		key: Buffer.from("It's a Secret to Everybody"),
		proofs: (key) =>
			hmac({
				secrets: [key],
				signature: { header: "x-hub-signature-256", after: "sha256=" },
			}),
		headers: {
			"x-hub-signature-256":
				"sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
		},
		body: "Hello, World!",
	},
	// https://github.com/stripe/stripe-dotnet, the library's own
	"a signature of time and body in one header, as Stripe's library has it": {
		key: Buffer.from("webhook_secret"),
		proofs: (key) =>
			hmac({
				secrets: [key],
				signature: { header: stripeHeader, between: ",", after: "v1=" },
				signs: "{timestamp}.{body}",
				timestamp: { header: stripeHeader, between: ",", after: "t=" },
			}),
		headers: {
			[stripeHeader]:
				"t=1533204620,v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7",
		},
		body: `{
  "id": "evt_123",
  "object": "event",
  "account": "acct_123",
  "api_version": "2017-05-25",
  "created": 1533204620,
  "data": {
    "object": {
      "id": "cus_123",
      "object": "customer",
      "created": 123456789,
      "email": "test@stripe.com",
      "livemode": false,
      "metadata": {}
    }
  },
  "livemode": false,
  "pending_webhooks": 1,
  "request": {
    "id": "req_123",
    "idempotency_key": "idempotency-key-123"
  },
  "type": "customer.created"
}
`,
		at: 1533204620,
	},
	// https://github.com/standard-webhooks/standard-webhooks, the libraries' own
	"Standard Webhooks, as its libraries have it": {
		key: Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64"),
		proofs: (key) => standardWebhooks(`whsec_${key.toString("base64")}`),
		headers: {
			"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
			"webhook-timestamp": "1614265330",
			"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		},
		body: '{"test": 2432232314}',
		at: 1614265330,
	},
};

interface Request {
	key: Buffer;
	headers: Readonly<Record<string, string>>;
	bytes: Buffer;
}

describe.each(Object.entries(vectors))("%s", (_, vector) => {
	const { key, headers, proofs, at = 0 } = vector;
	const bytes = Buffer.from(vector.body);
	const receivedAt = new Date(at * 1000);
	const accepts = (request: Request) =>
		proofs(request.key).every((proof) =>
			isShown(proof, { ...request, receivedAt }),
		);

	test("is accepted, and is what our own signer writes", () => {
		expect(accepts({ key, headers, bytes })).toBe(true);
		const unsigned = { headers, bytes, sentAt: receivedAt };
		expect({ ...headers, ...sign(proofs(key), unsigned) }).toEqual(headers);
		expect(sign(proofs(key), unsigned)).not.toEqual({});
	});

	test("is refused where any byte of it is another", () => {
		const isSigned = proofs(key).every(({ kind }) => kind === "hmac");
		const parts = [
			"key",
			...(isSigned ? ["body"] : []),
			...Object.keys(headers),
		];
		holds(
			fc.property(
				fc.constantFrom(...parts),
				fc.nat(),
				fc.integer({ min: 1, max: 255 }),
				(part, place, by) => {
					const changed = (whole: Buffer) => {
						const copy = Buffer.from(whole);
						copy[place % copy.length] = (copy[place % copy.length] ?? 0) ^ by;
						return copy;
					};
					const shown = Object.entries(headers).map(([name, text]) => [
						name,
						part === name
							? changed(Buffer.from(text)).toString("latin1")
							: text,
					]);
					const request = {
						key: part === "key" ? changed(key) : key,
						headers: Object.fromEntries(shown),
						bytes: part === "body" ? changed(bytes) : bytes,
					};
					// hexadecimal digits may be written in either case
					const text = String(request.headers[part] ?? "");
					fc.pre(text.toLowerCase() !== headers[part]?.toLowerCase());
					expect(accepts(request)).toBe(false);
				},
			),
			{ numRuns: 1000 },
		);
	});
});

import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import * as fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openSigner } from "../../functions/aws/signed/signature.ts";
import { holds } from "../support/property.ts";

interface Credentials {
	accessKeyId: string;
	secretAccessKey: string;
	sessionToken?: string;
}

/** What AWS's signer calculates with. */
class Sha256 {
	readonly #sum;
	constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
		const key = secret === undefined ? undefined : bytesOf(secret);
		this.#sum = key ? createHmac("sha256", key) : createHash("sha256");
	}
	update(part: string | ArrayBuffer | ArrayBufferView): void {
		this.#sum.update(bytesOf(part));
	}
	async digest(): Promise<Uint8Array> {
		return this.#sum.digest();
	}
	reset(): void {}
}

function bytesOf(part: string | ArrayBuffer | ArrayBufferView): Buffer {
	if (typeof part === "string") return Buffer.from(part);
	if (part instanceof ArrayBuffer) return Buffer.from(part);
	return Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}

function inEnvironment(credentials: Credentials): void {
	vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
	vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
	vi.stubEnv("AWS_SESSION_TOKEN", credentials.sessionToken);
}

afterEach(() => {
	vi.unstubAllEnvs();
});

describe("a signature", () => {
	// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
	test("is the one that S3's manual shows for its example", () => {
		inEnvironment({
			accessKeyId: "AKIAIOSFODNN7EXAMPLE",
			secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
		});
		const sign = openSigner({ service: "s3", region: "us-east-1" });
		const { authorization } = sign(
			{
				method: "PUT",
				path: "/test%24file.text",
				headers: {
					date: "Fri, 24 May 2013 00:00:00 GMT",
					host: "examplebucket.s3.amazonaws.com",
					"x-amz-storage-class": "REDUCED_REDUNDANCY",
				},
				body: "Welcome to Amazon S3.",
			},
			new Date("2013-05-24T00:00:00Z"),
		);
		expect(authorization).toBe(
			"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
		);
	});

	test("is AWS's own signer's, whatever is signed, by whom and when, with one signer for all", async () => {
		const secret = fc.string({ minLength: 1, unit: "binary-ascii" });
		const word = fc.stringMatching(/^[a-z0-9][a-z0-9._~-]{0,19}$/);
		const requests = fc.array(
			fc.record({
				method: fc.constantFrom("POST", "PUT"),
				path: fc.array(word).map((parts) => `/${parts.join("/")}`),
				headers: fc.dictionary(
					fc.stringMatching(/^x-[a-z-]{0,10}[a-z]$/),
					fc.stringMatching(/^[!-~]{1,30}$/),
					{ maxKeys: 4 },
				),
				body: fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array()),
				now: fc.date({
					min: new Date("2020-01-01"),
					max: new Date("2099-12-31"),
					noInvalidDate: true,
				}),
				credentials: fc.record(
					{
						accessKeyId: word,
						secretAccessKey: secret.filter((text) => !text.includes("\0")),
						sessionToken: fc.stringMatching(/^[A-Za-z0-9+/=]{1,200}$/),
					},
					{ requiredKeys: ["accessKeyId", "secretAccessKey"] },
				),
			}),
			{ minLength: 1, maxLength: 4 },
		);
		const scopes = fc.record({
			service: fc.constantFrom("dynamodb", "s3", "secretsmanager"),
			region: fc.constantFrom("us-east-1", "cn-north-1", "eu-central-2"),
		});
		const property = fc.asyncProperty(requests, scopes, async (all, scope) => {
			const sign = openSigner(scope);
			for (const { now, credentials, ...request } of all) {
				inEnvironment(credentials);
				const headers = { ...request.headers, host: "host.example" };
				const ours = sign({ ...request, headers }, now);
				const theirs = await new SignatureV4({
					...scope,
					credentials,
					sha256: Sha256,
					uriEscapePath: scope.service !== "s3",
				}).sign(
					{
						...request,
						headers,
						protocol: "https:",
						hostname: "host.example",
						query: {},
					},
					{ signingDate: now },
				);
				expect(ours).toEqual(theirs.headers);
			}
		});
		await holds(property, { numRuns: 50 });
	});

	test("cannot be made without credentials, and says so", () => {
		vi.stubEnv("AWS_ACCESS_KEY_ID", "");
		const sign = openSigner({ service: "s3", region: "us-east-1" });
		const request = { method: "PUT", path: "/", headers: {}, body: "" };
		expect(() => sign(request, new Date())).toThrow(/no AWS credentials/);
	});
});

import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

/** No request of ours has a query. */
export interface Request {
	method: string;
	/** encoded, with its first slash */
	path: string;
	/** by their names in lower case */
	headers?: Readonly<Record<string, string>>;
	body: string | Uint8Array;
}

const algorithm = "AWS4-HMAC-SHA256";

/** Answers the headers, `host` among them, with their signature, version 4, by the credentials that Lambda keeps in the environment. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function openSigner(of: { service: string; region: string }) {
	let kept: { for: string; key: KeyObject } | undefined;

	/** A day has one key, whatever is signed. */
	function keyOf(scope: string, secret: string): KeyObject {
		if (kept?.for !== scope + secret) {
			const key = scope.split("/").reduce(hmac, Buffer.from(`AWS4${secret}`));
			kept = { for: scope + secret, key: createSecretKey(key) };
		}
		return kept.key;
	}

	return ({ method, path, headers, body }: Request, now: Date) => {
		const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } =
			process.env;
		if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
			throw new Error("There are no AWS credentials in the environment.");
		const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
		const digest = hash("sha256", body);
		const all: Record<string, string> = {
			...headers,
			"x-amz-content-sha256": digest,
			"x-amz-date": time,
			...(AWS_SESSION_TOKEN && { "x-amz-security-token": AWS_SESSION_TOKEN }),
		};
		const names = Object.keys(all).sort();
		const lines = names.map((name) => `${name}:${all[name]}\n`).join("");
		const signed = names.join(";");
		const request = `${method}\n${path}\n\n${lines}\n${signed}\n${digest}`;
		const scope = `${time.slice(0, 8)}/${of.region}/${of.service}/aws4_request`;
		const text = `${algorithm}\n${time}\n${scope}\n${hash("sha256", request)}`;
		const key = keyOf(scope, AWS_SECRET_ACCESS_KEY);
		const signature = hmac(key, text).toString("hex");
		all.authorization = `${algorithm} Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
		return all;
	};
}

function hmac(key: Buffer | KeyObject, text: string): Buffer {
	return createHmac("sha256", key).update(text).digest();
}

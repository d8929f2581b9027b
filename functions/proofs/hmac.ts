import { createHmac } from "node:crypto";
import { isOneOf } from "./same.ts";
import type { Shown } from "./shown.ts";

/** Where a text stands: in a header, or in those of its parts that begin so. */
export interface Written {
	header: string;
	/** what separates the header's parts; absent, it is one */
	between?: string;
	/** what a part begins with, "v1=" */
	after?: string;
}

/** A keyed digest of the bytes that came. */
export interface Hmac {
	kind: "hmac";
	/** any one of them may have signed */
	keys: readonly (string | Uint8Array)[];
	algorithm: "sha1" | "sha256" | "sha512";
	encoding: "hex" | "base64";
	/** where it stands; of several signatures one has to be right */
	signature: Written;
	/** "{body}", "{timestamp}.{body}", "{id}.{timestamp}.{body}" */
	signs: string;
	id?: Written;
	/** in Unix seconds */
	timestamp?: Written;
	/** how far it may be from now, on both sides */
	toleranceSeconds: number;
}

type Key = string | Uint8Array;

export interface HmacOptions
	extends Pick<Hmac, "signature" | "id" | "timestamp">,
		Partial<
			Pick<Hmac, "algorithm" | "encoding" | "signs" | "toleranceSeconds">
		> {
	secrets: readonly (Key | undefined)[];
}

/** Asked for once one of the secrets is set; "" is not. SHA-256 of the body, in hex, unless told otherwise. */
export function hmac(options: HmacOptions): Hmac[] {
	const { secrets, signature, id, timestamp } = options;
	const keys = secrets.flatMap((key) => key || []);
	if (keys.length === 0) return [];
	const { algorithm = "sha256", encoding = "hex", signs = "{body}" } = options;
	const { toleranceSeconds = 300 } = options;
	return [
		{
			kind: "hmac",
			keys,
			algorithm,
			encoding,
			signature,
			signs,
			id,
			timestamp,
			toleranceSeconds,
		},
	];
}

/** Standard Webhooks, its symmetric signatures (v1): https://www.standardwebhooks.com */
export function standardWebhooks(
	...secrets: readonly (string | undefined)[]
): Hmac[] {
	return hmac({
		secrets: secrets.map(
			(secret) =>
				secret && Buffer.from(secret.replace(/^whsec_/, ""), "base64"),
		),
		encoding: "base64",
		signature: { header: "webhook-signature", between: " ", after: "v1," },
		signs: "{id}.{timestamp}.{body}",
		id: { header: "webhook-id" },
		timestamp: { header: "webhook-timestamp" },
	});
}

export function isSigned(proof: Hmac, shown: Shown): boolean {
	const [id = ""] = proof.id ? textsAt(proof.id, shown) : [];
	const [timestamp = ""] = proof.timestamp
		? textsAt(proof.timestamp, shown)
		: [];
	const parts: Parts = { id, timestamp, body: shown.bytes };
	if (!isPlain(parts, proof) || !isNow(timestamp, proof, shown)) return false;
	// an empty key is anybody's
	const keys = proof.keys.filter(({ length }) => length > 0);
	const accepted = keys.map((key) => signatureOf(proof, key, parts));
	const matches = textsAt(proof.signature, shown)
		.map((text) => (proof.encoding === "hex" ? text.toLowerCase() : text))
		.filter((text) => isOneOf(text, accepted));
	return matches.length > 0;
}

/** What a signature can be of. */
export interface Parts {
	id: string;
	timestamp: string;
	body: Uint8Array;
}

const placeholder = /(\{(?:id|timestamp|body)\})/;

export function signatureOf(
	{ algorithm, encoding, signs }: Hmac,
	key: Key,
	parts: Parts,
): string {
	const digest = createHmac(algorithm, key);
	for (const piece of signs.split(placeholder))
		if (piece === "{body}") digest.update(parts.body);
		else if (piece === "{id}") digest.update(parts.id);
		else digest.update(piece === "{timestamp}" ? parts.timestamp : piece);
	return digest.digest(encoding);
}

/** Two requests must not sign the same bytes by cutting them elsewhere. */
function isPlain({ id, timestamp }: Parts, { signs }: Hmac): boolean {
	const literals = signs
		.split(placeholder)
		.filter((piece) => piece !== "" && !placeholder.test(piece));
	const isCut = literals.some((text) => (id + timestamp).includes(text));
	const isMissing =
		(signs.includes("{id}") && id === "") ||
		(signs.includes("{timestamp}") && timestamp === "");
	return !isCut && !isMissing;
}

function isNow(
	text: string,
	{ timestamp, toleranceSeconds }: Hmac,
	{ receivedAt }: Shown,
): boolean {
	if (!timestamp) return true;
	const apart = Math.abs(receivedAt.getTime() / 1000 - Number(text));
	return /^\d{1,12}$/.test(text) && apart <= toleranceSeconds;
}

function textsAt(
	{ header, between, after = "" }: Written,
	{ headers }: Shown,
): string[] {
	const text = headers[header.toLowerCase()] ?? "";
	const parts = between === undefined ? [text] : text.split(between);
	return parts
		.filter((part) => part.startsWith(after) && part !== after)
		.map((part) => part.slice(after.length));
}

import { type Hmac, signatureOf, type Written } from "./hmac.ts";
import type { Proof } from "./proof.ts";

/** A request that somebody is about to send. */
export interface Unsigned {
	/** names in lower case; of them the id that is signed */
	headers: Readonly<Record<string, string>>;
	bytes: Uint8Array;
	sentAt: Date;
}

/** The headers by which a request satisfies these proofs, each by its first secret: what an example and a simulator show. */
export function sign(
	proofs: readonly Proof[],
	request: Unsigned,
): Record<string, string> {
	return Object.fromEntries(
		proofs.flatMap((proof) =>
			proof.kind === "equals"
				? [[proof.header.toLowerCase(), proof.accepts[0] ?? ""]]
				: signedHeaders(proof, request),
		),
	);
}

function signedHeaders(
	proof: Hmac,
	{ headers, bytes, sentAt }: Unsigned,
): [name: string, text: string][] {
	const id = proof.id ? (headers[proof.id.header.toLowerCase()] ?? "") : "";
	const timestamp = String(Math.floor(sentAt.getTime() / 1000));
	const [key = ""] = proof.keys;
	const signature = signatureOf(proof, key, { id, timestamp, body: bytes });
	const written: [Written | undefined, string][] = [
		[proof.timestamp, timestamp],
		[proof.signature, signature],
	];
	const texts = new Map<string, string>();
	for (const [place, text] of written) {
		if (!place) continue;
		const name = place.header.toLowerCase();
		const before = texts.get(name);
		const part = (place.after ?? "") + text;
		// two parts share a header only where something separates them
		texts.set(
			name,
			before === undefined ? part : before + place.between + part,
		);
	}
	return [...texts];
}

import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { partitionOf } from "../inbox/identity.ts";

/** What a log line says in place of a subject, which may hold personal data: only who has the installation's key can tell whether it is a subject's. */
export function subjectHash(subject: string, key: string): string {
	return partitionHash(partitionOf(subject), key);
}

/** The same, of the partition in which a subject's records stand. */
export function partitionHash(pk: string, key: string): string {
	return createHmac("sha256", keyOf(key))
		.update(pk)
		.digest("base64url")
		.slice(0, 22);
}

let kept: { text: string; key: KeyObject } | undefined;

/** An installation has one. */
function keyOf(text: string): KeyObject {
	if (kept?.text !== text)
		kept = { text, key: createSecretKey(Buffer.from(text)) };
	return kept.key;
}

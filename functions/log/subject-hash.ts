import { createHmac } from "node:crypto";
import { partitionOf } from "../inbox/identity.ts";

/** What a log line says in place of a subject, which may hold personal data: only who has the installation's key can tell whether it is a subject's. */
export function subjectHash(subject: string, key: string): string {
	return partitionHash(partitionOf(subject), key);
}

/** The same, of the partition in which a subject's records stand. */
export function partitionHash(pk: string, key: string): string {
	return createHmac("sha256", key).update(pk).digest("base64url").slice(0, 22);
}

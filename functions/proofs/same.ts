import { createHash, timingSafeEqual } from "node:crypto";

/** Takes the same time whatever is given: digests are compared, and all of them. */
export function isOneOf(given: string, accepted: readonly string[]): boolean {
	const digest = sha256(given);
	const matches = accepted.filter((value) =>
		timingSafeEqual(digest, sha256(value)),
	);
	return given !== "" && matches.length > 0;
}

function sha256(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}

import { hash, timingSafeEqual } from "node:crypto";

/** Takes the same time whatever is given: digests are compared, and all of them. */
export function isOneOf(given: string, accepted: readonly string[]): boolean {
	const digest = hash("sha256", given, "buffer");
	const matches = accepted.filter((value) =>
		timingSafeEqual(digest, hash("sha256", value, "buffer")),
	);
	return given !== "" && matches.length > 0;
}

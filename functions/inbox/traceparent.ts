import { randomBytes } from "node:crypto";

/** A trace of our own, sampled, in W3C's form: what one reception becomes can be followed by it, from log line to consumer. */
export function newTraceparent(): string {
	const random = randomBytes(24).toString("hex");
	return `00-${random.slice(0, 32)}-${random.slice(32)}-01`;
}

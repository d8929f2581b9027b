import { randomUUID } from "node:crypto";

/** A trace of our own, sampled, in W3C's form: what one reception becomes can be followed by it, from log line to consumer. */
export function newTraceparent(): string {
	// Node keeps random bytes for these at hand, and asks the system for all others
	const trace = randomUUID().replaceAll("-", "");
	const span = randomUUID().replaceAll("-", "").slice(16);
	return `00-${trace}-${span}-01`;
}

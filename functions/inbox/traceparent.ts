import { randomBytes } from "node:crypto";

/** A trace of our own, sampled, in W3C's form: what one reception becomes can be followed by it, from log line to consumer. */
export function newTraceparent(): string {
	const [trace, span] = [16, 8].map((size) =>
		randomBytes(size).toString("hex"),
	);
	return `00-${trace}-${span}-01`;
}

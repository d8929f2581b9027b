import { type Equals, holdsValue } from "./equals.ts";
import { type Hmac, isSigned } from "./hmac.ts";
import type { Shown } from "./shown.ts";

/** What the sender must show on top of the token, once it is configured. */
export type Proof = Equals | Hmac;

export function isShown(proof: Proof, shown: Shown): boolean {
	return proof.kind === "equals"
		? holdsValue(proof, shown)
		: isSigned(proof, shown);
}

/** The headers that sign a request, and those that are read; one that equals a secret is not among them. */
export function headersToKeep(
	proofs: readonly Proof[],
	read: readonly string[] = [],
): string[] {
	const secret = proofs.flatMap((proof) =>
		proof.kind === "equals" ? [proof.header.toLowerCase()] : [],
	);
	const signs = proofs
		.flatMap((proof) =>
			proof.kind === "hmac" ? [proof.signature, proof.id, proof.timestamp] : [],
		)
		.flatMap((written) => (written ? [written.header.toLowerCase()] : []));
	return [...signs, ...read].filter((name) => !secret.includes(name));
}

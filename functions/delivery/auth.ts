import { isShown, type Proof } from "../proofs/proof.ts";
import { isOneOf } from "../proofs/same.ts";
import type { Delivery } from "./delivery.ts";

/** The tokens of a provider's URL; the previous one is still good while a person moves the sender over. */
export interface Tokens {
	token: string;
	previousToken?: string;
}

declare const proven: unique symbol;

/** A delivery whose token and proofs have been checked; only `authenticate` makes one. */
export type Genuine = Delivery & { readonly [proven]: true };

/** `stranger`: the token is wrong. `unproven`: it is right, but a proof that the settings require is not. */
export type Authentication =
	| { genuine: Genuine }
	| { refused: "stranger" | "unproven" };

export function authenticate(
	delivery: Delivery,
	tokens: Tokens,
	proofs: readonly Proof[],
): Authentication {
	if (!knowsToken(delivery, tokens)) return { refused: "stranger" };
	return proofs.every((proof) => isShown(proof, delivery))
		? { genuine: delivery as Genuine }
		: { refused: "unproven" };
}

/** What of a kept delivery's proof cannot be shown: it is wrong, or was a header that nobody keeps. */
export type Unshown = { unshown: "wrong" | "gone" };

/** A delivery that quarantine has kept; whatever its reason, but `unproven`, it had been proven when it came. */
export function authenticateKept(
	delivery: Delivery,
	reason: string,
	proofs: readonly Proof[],
	byPerson: boolean,
): { genuine: Genuine } | Unshown {
	const genuine = { genuine: delivery as Genuine };
	if (reason !== "unproven") return genuine;
	const signatures = proofs.filter(({ kind }) => kind !== "equals");
	if (!signatures.every((proof) => isShown(proof, delivery)))
		return { unshown: "wrong" };
	return byPerson || signatures.length === proofs.length
		? genuine
		: { unshown: "gone" };
}

export function knowsToken(
	delivery: Delivery,
	{ token, previousToken }: Tokens,
): boolean {
	return isOneOf(
		delivery.token,
		previousToken ? [token, previousToken] : [token],
	);
}

import type { Identity } from "./identity.ts";

const longest = 1024;

/** Why nothing can be called so, undefined where it can: a larger one might not fit beside its event in an item. */
export function unfitName(name: string): string | undefined {
	if (name.length > longest) return `has more than ${longest} characters`;
	// two that differed in a byte that is not UTF-8 would be one
	return name.includes("\uFFFD")
		? "holds U+FFFD, which stands for what was lost on the way"
		: undefined;
}

/** The same of a name that is itself an attribute, which DynamoDB keeps as UTF-8. */
export function unfitAttribute(name: string): string | undefined {
	return name.isWellFormed() ? unfitName(name) : "holds half of a character";
}

/** What an identity is told by, beside its subject. */
export function namesIn(identity: Identity): readonly string[] {
	if (identity.kind === "once") return identity.key;
	const { lane, key = "" } = identity;
	return [lane, key];
}

import { isOneOf } from "./same.ts";
import type { Shown } from "./shown.ts";

/** A header that holds one of these values. */
export interface Equals {
	kind: "equals";
	header: string;
	accepts: readonly string[];
}

/** Asked for once one of the values is set; "" is not. */
export function equals(
	header: string,
	...values: readonly (string | undefined)[]
): Equals[] {
	const accepts = values.flatMap((value) => value || []);
	return accepts.length === 0 ? [] : [{ kind: "equals", header, accepts }];
}

export function holdsValue(
	{ header, accepts }: Equals,
	{ headers }: Shown,
): boolean {
	return isOneOf(headers[header.toLowerCase()] ?? "", accepts);
}

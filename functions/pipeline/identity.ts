import { createHash } from "node:crypto";

/** The same key is the same event for as long as the inbox remembers it. */
export interface Once {
	kind: "once";
	key: readonly string[];
}

/** A change of state without a reliable id; its lane decides what is new. */
export interface State {
	kind: "state";
	lane: string;
	value: string;
	key?: string;
	withinSeconds: number;
	recurring: boolean;
}

export type Identity = Once | State;

export function once(...key: string[]): Once {
	return { kind: "once", key };
}

export interface StateOptions {
	lane?: string;
	value: string;
	key?: string;
	withinSeconds?: number;
	recurring?: boolean;
}

export function state(options: StateOptions): State {
	const {
		lane = "",
		value,
		key,
		withinSeconds = 300,
		recurring = false,
	} = options;
	return { kind: "state", lane, value, key, withinSeconds, recurring };
}

/** A digest of several parts that no other split of the same text shares. */
export function digestOf(...parts: readonly string[]): string {
	return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

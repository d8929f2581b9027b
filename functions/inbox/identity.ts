import { hash } from "node:crypto";

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
	first?: First;
	withinSeconds: number;
	recurring: boolean;
}

/** What a lane's first state is called, whoever finds it. */
export interface First {
	/** without the provider's prefix */
	type: string;
	key: string;
}

export type Identity = Once | State;

/** An id of the sender's, alone or with what tells it apart. */
export function once(...key: [string, ...string[]]): Once {
	return { kind: "once", key };
}

export interface StateOptions {
	/** what of its subject changes; a consumer orders by it */
	lane?: string;
	value: string;
	key?: string;
	first?: First;
	/** how far apart copies of one delivery may arrive */
	withinSeconds?: number;
	/** the same state twice is two facts; a list must give each its time */
	recurring?: boolean;
}

export function state(options: StateOptions): State {
	const { value, key, first, withinSeconds = 60, recurring = false } = options;
	const lane = options.lane || "state";
	return { kind: "state", lane, value, key, first, withinSeconds, recurring };
}

/** A digest of several parts that no other split of the same text shares. */
export function digestOf(...parts: readonly string[]): string {
	return hash("sha256", JSON.stringify(parts), "base64url");
}

/** Where a subject's records stand, and its message group: a subject may hold personal data and be long. */
export function partitionOf(subject: string): string {
	// as UTF-8 every half of a pair would be the same character; no UTF-8 begins with this one's bytes
	const bytes = subject.isWellFormed()
		? subject
		: Buffer.from(`\uffff${subject}`, "utf16le");
	return hash("sha256", bytes, "hex");
}

/** The id of a `once` event, the same for whoever brings it. */
export function onceId(
	provider: string,
	{ type, subject, key }: { type: string; subject: string; key: Once["key"] },
): string {
	return digestOf("once", provider, type, subject, ...key);
}

/** The id of a lane's record; recordedtime keeps it apart from one that had its number before the inbox forgot. */
export function stateId(
	provider: string,
	state: {
		subject: string;
		lane: string;
		number: number;
		recordedtime: string;
	},
): string {
	const { subject, lane, number, recordedtime } = state;
	return digestOf(
		"state",
		provider,
		subject,
		lane,
		String(number),
		recordedtime,
	);
}

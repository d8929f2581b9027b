import { canonicalDigest } from "./canonical.ts";
import { pack, seal, type Via } from "./event.ts";
import { digestOf, partitionOf } from "./identity.ts";
import type { Observation } from "./observation.ts";

export interface Key {
	pk: string;
	sk: string;
}

/** What stands in the inbox under one key. */
export interface Item extends Key {
	kind: "event" | "claim" | "quarantine";
	/** names the put that wrote it: met again, it tells a success whose answer was lost */
	attempt: string;
	/** epoch seconds */
	expires: number;
	[attribute: string]: string | number | Uint8Array | undefined;
}

/** An observation on its way into the inbox. */
export interface Entry {
	provider: string;
	via: Via;
	observation: Observation;
	/** the JSON text of the event's `data` */
	data: string;
	attempt: string;
	retentionDays: number;
	keep(bytes: Uint8Array): Promise<string>;
}

/** What only its place in the inbox gives an observation. */
export interface Place {
	key: Key;
	id: string;
	recordedtime: string;
	/** in a lane */
	number?: number;
	lane?: string;
	sequence?: string;
	summary?: string;
}

export function onceKey(subject: string, id: string): Key {
	return { pk: partitionOf(subject), sk: `once#${id}` };
}

/** Where a lane's records stand, the newest last. */
export function laneOf(subject: string, lane: string) {
	return { pk: partitionOf(subject), prefix: `lane#${digestOf(lane)}#` };
}

/** A lane, by where its records stand, and the number of its newest. */
export interface LaneNow {
	pk: string;
	prefix: string;
	number: number;
}

/** Twelve digits, so that text sorts as numbers do. */
export function digitsOf(number: number): string {
	return String(number).padStart(12, "0");
}

const lastPlace = 10 ** 15 - 1;

/** What a consumer orders a lane by: the place among its states, in milliseconds, then the order recorded. */
export function sequenceOf(place: number, number: number): string {
	const within = Math.min(Math.max(place, 0), lastPlace);
	return `${String(within).padStart(15, "0")}-${digitsOf(number)}`;
}

/** An item that will be forwarded; its data, if too large, has been kept before. */
export async function eventItem(entry: Entry, place: Place): Promise<Item> {
	const { provider, via, observation, data, keep } = entry;
	const { id, recordedtime, lane, sequence } = place;
	const { type, subject, time } = observation;
	const facts = { provider, id, type, subject, time, via, lane, sequence };
	const partitionkey = place.key.pk;
	const message = await seal(
		{ ...facts, recordedtime, partitionkey },
		data,
		keep,
	);
	return {
		...recordItem("event", entry, place),
		...indexed(recordedtime, id),
		envelope: pack(message),
		// a lane's summary has its own
		digest: via === "webhook" && !lane ? canonicalDigest(data) : undefined,
	};
}

/** An item that says of a polled event which delivery it was. */
export function claimItem(entry: Entry, place: Place): Item {
	return recordItem("claim", entry, place);
}

function recordItem(
	kind: "event" | "claim",
	{ provider, via, observation, attempt, retentionDays }: Entry,
	{ key, id, recordedtime, number, summary }: Place,
): Item {
	const expires = expiryOf(new Date(recordedtime), retentionDays);
	const type = `${provider}.${observation.type}`;
	return {
		...key,
		kind,
		id,
		type,
		via,
		recordedtime,
		expires,
		attempt,
		number,
		summary,
	};
}

/** Where the index by hour has it: spread over shards, for a busy hour must not throttle. */
export function indexed(recordedtime: string, id: string) {
	const shard = (Buffer.from(id, "base64url")[0] ?? 0) % 16;
	return {
		hour: `${recordedtime.slice(0, 13)}#${String(shard).padStart(2, "0")}`,
		at: `${recordedtime}#${id}`,
	};
}

export function expiryOf(from: Date, retentionDays: number): number {
	return Math.floor(from.getTime() / 1000) + retentionDays * 86_400;
}

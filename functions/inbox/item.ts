import { randomUUID } from "node:crypto";
import { canonicalDigest } from "./canonical.ts";
import { pack } from "./envelope.ts";
import {
	bytesAsSent,
	maxMessageBytes,
	messageAttributes,
	seal,
	type Via,
} from "./event.ts";
import { digestOf, partitionOf } from "./identity.ts";
import type { Observation } from "./observation.ts";

export interface Key {
	pk: string;
	sk: string;
}

/** What stands in the inbox under one key; the template names keys, kind, expires, and what the index shows: hour, at, id, type, via. */
export interface Item extends Key {
	kind: "event" | "claim" | "quarantine";
	/** names the put that wrote it: met again, it tells a success whose answer was lost */
	attempt: string;
	/** epoch seconds */
	expires: number;
	[attribute: string]: string | number | Uint8Array | undefined;
}

/** How an item's other attributes are stored, for a duplicate is billed by the item's size, and names are a part of it. */
export const shortNames = {
	attempt: "a",
	/** of a webhook's `once`: its data */
	digest: "d",
	envelope: "e",
	summary: "s",
} as const;
const toShort = new Map<string, string>(Object.entries(shortNames));
const toLong = new Map(Array.from(toShort, ([long, short]) => [short, long]));

/** An attribute's name in the table. */
export function storedName(attribute: string): string {
	return toShort.get(attribute) ?? attribute;
}

export function attributeOf(storedName: string): string {
	return toLong.get(storedName) ?? storedName;
}

/** A larger one, compressed as it is, refers to its data. */
export const maxItemBytes = 128 * 1024;

/** As DynamoDB counts: names and values. */
export function bytesOf(item: Item): number {
	return Object.entries(item).reduce((bytes, [attribute, value]) => {
		if (value === undefined) return bytes;
		return (
			bytes + Buffer.byteLength(storedName(attribute)) + bytesOfValue(value)
		);
	}, 0);
}

function bytesOfValue(value: string | number | Uint8Array): number {
	if (typeof value === "number") return Math.ceil(`${value}`.length / 2) + 1;
	return typeof value === "string" ? Buffer.byteLength(value) : value.length;
}

/** Names a put, so that a success whose answer was lost is known again. */
export function newAttempt(): string {
	return randomUUID().slice(24);
}

/** An observation on its way into the inbox. */
export interface Entry {
	provider: string;
	via: Via;
	observation: Observation;
	/** the JSON text of the event's `data` */
	data: string;
	attempt: string;
	traceparent: string;
	retentionDays: number;
	keep(bytes: Uint8Array): Promise<string>;
}

/** What only its place in the inbox gives an observation. */
export interface Place {
	key: Key;
	id: string;
	recordedtime: string;
	/** of a state */
	lane?: string;
	sequence?: string;
	summary?: string;
}

/** Sixteen bytes of a digest tell one subject's records apart. */
function short(digest: string): string {
	return digest.slice(0, 22);
}

export function onceKey(subject: string, id: string): Key {
	return { pk: partitionOf(subject), sk: `once#${short(id)}` };
}

/** Where a lane's records stand, the newest last. */
export function laneOf(subject: string, lane: string) {
	return { pk: partitionOf(subject), prefix: `lane#${short(digestOf(lane))}#` };
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

/** The number of a lane's record; of none, zero. */
export function numberOf(record: Key | undefined): number {
	return Number(record?.sk.slice(-12) ?? 0);
}

/** An item that will be forwarded; its data, if too large, has been kept before. */
export async function eventItem(entry: Entry, place: Place): Promise<Item> {
	const { provider, via, observation, data, keep, traceparent } = entry;
	const { id, recordedtime, lane, sequence } = place;
	const { type, subject, time, identity } = observation;
	const partitionkey = place.key.pk;
	const facts = {
		provider,
		id,
		type,
		subject,
		time,
		via,
		lane,
		sequence,
		recordedtime,
		partitionkey,
		traceparent,
	};
	// a lane's summary has its own
	const isCompared = via === "webhook" && identity.kind === "once";
	const bare = {
		...recordItem("event", entry, place),
		hour: hourOf(recordedtime, id),
		digest: isCompared ? short(canonicalDigest(data)) : undefined,
	};
	// sealing what is too large by itself would only make copies of it
	if (Buffer.byteLength(data) <= maxMessageBytes) {
		const whole = seal(facts, { data });
		const attributes = messageAttributes({ ...facts, type: bare.type });
		if (bytesAsSent(whole, attributes) <= maxMessageBytes) {
			const item = { ...bare, envelope: pack(whole, bare) };
			if (bytesOf(item) <= maxItemBytes) return item;
		}
	}
	const dataref = await keep(Buffer.from(data));
	return { ...bare, envelope: pack(seal(facts, { dataref }), bare) };
}

/** An item that says of a polled event which delivery it was. */
export function claimItem(entry: Entry, place: Place): Item {
	return recordItem("claim", entry, place);
}

function recordItem(
	kind: "event" | "claim",
	{ provider, via, observation, attempt, retentionDays }: Entry,
	{ key, id, recordedtime, summary }: Place,
) {
	const expires = expiryOf(new Date(recordedtime), retentionDays);
	const type = `${provider}.${observation.type}`;
	return {
		...key,
		kind,
		id,
		type,
		via,
		at: recordedtime,
		expires,
		attempt,
		summary,
	};
}

/** Where the index by hour has it: spread over shards, for a busy hour must not throttle. */
export function hourOf(recordedtime: string, id: string): string {
	const shard = (Buffer.from(id, "base64url")[0] ?? 0) % 16;
	return `${recordedtime.slice(0, 13)}#${String(shard).padStart(2, "0")}`;
}

export function expiryOf(from: Date, retentionDays: number): number {
	return Math.floor(from.getTime() / 1000) + retentionDays * 86_400;
}

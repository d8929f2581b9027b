import { decide } from "./decide.ts";
import type { Via } from "./event.ts";
import { type Once, onceId, type State, stateId } from "./identity.ts";
import { repeatsNewest, toIncoming } from "./incoming.ts";
import {
	claimItem,
	digitsOf,
	type Entry,
	eventItem,
	expiryOf,
	type Item,
	type Key,
	type LaneNow,
	laneOf,
	newAttempt,
	numberOf,
	onceKey,
	sequenceOf,
} from "./item.ts";
import type { Observation } from "./observation.ts";
import { nothing, readSummary, type Summary, writeSummary } from "./summary.ts";

/** Where bodies go that are too large for a message or an item. */
export interface Payloads {
	/** answers the `dataref` of these bytes */
	keep(bytes: Uint8Array, leftMs: number): Promise<string>;
}

/** A provider's table of events taken on; each call is repeated, as long as it fails in passing and time is left. */
export interface Inbox {
	/** writes an item where none stands, or answers the one that does */
	add(item: Item, leftMs: number): Promise<Item | undefined>;
	/** like `add`, but replaces what has expired, and counts what has not */
	count(item: Item, now: Date, leftMs: number): Promise<{ first: boolean }>;
	/** the last item whose `sk` begins so, without its envelope */
	last(pk: string, prefix: string, leftMs: number): Promise<Item | undefined>;
	/** lets others go ahead in a crowded lane; the longer, the oftener they were faster */
	pause(tries: number, leftMs: number): Promise<void>;
	/** lets an item live longer, if it still stands */
	renew(key: Key, expires: number, leftMs: number): Promise<void>;
	/** whether a `once` event is in the inbox */
	has(subject: string, onceId: string, leftMs?: number): Promise<boolean>;
}

export interface Store {
	inbox: Inbox;
	payloads: Payloads;
	now: () => Date;
	/** when it is time to give up */
	deadline: Date;
	retentionDays: number;
}

export interface Recording {
	provider: string;
	via: Via;
	observation: Observation;
	/** of its reception */
	traceparent: string;
	/** webhook: the body's own text, valid JSON */
	text?: string;
	/** poll: the instant at which the request was sent */
	observedAt?: Date;
	/** webhook, where it was kept and is read again: when it came */
	receivedAt?: Date;
}

export interface Recorded {
	/** a claim tells which delivery an event was that a poll had already brought */
	outcome: "new" | "repeat" | "return" | "claim" | "conflict" | "stale";
	type: string;
	/** of its subject's records */
	pk: string;
	/** of the event, where that is certain; a claim has one of its own */
	id?: string;
	/** of a `once` that a poll repeats: when a webhook had brought it */
	deliveredAt?: Date;
	/** of a state: where its lane stands now */
	lane?: LaneNow;
}

/** No time is left to make an event durable; it must be sent again. */
export class DeadlineNear extends Error {
	override name = "DeadlineNear";
}

/** Makes an observation durable as one event, unless the inbox knows it. */
export async function record(
	recording: Recording,
	store: Store,
): Promise<Recorded> {
	const { identity } = recording.observation;
	return identity.kind === "once"
		? recordOnce(recording, identity, store)
		: recordState(recording, identity, store);
}

async function recordOnce(
	recording: Recording,
	{ key: parts }: Once,
	store: Store,
): Promise<Recorded> {
	const { provider, via, observation } = recording;
	const { type, subject } = observation;
	const id = onceId(provider, { type, subject, key: parts });
	const key = onceKey(subject, id);
	const recorded = { type: `${provider}.${type}`, pk: key.pk, id };
	if (via === "poll" && isForgotten(observation, store))
		return { outcome: "stale", ...recorded };
	const entry = toEntry(dated(recording), store);
	const recordedtime = store.now().toISOString();
	const place = { key, id, recordedtime };
	const item = await eventItem(entry, place);
	const stood = await store.inbox.add(item, leftMs(store));
	if (!stood || stood.attempt === entry.attempt)
		return { outcome: "new", ...recorded };
	if (via === "poll") await renewIfOld(stood, store);
	if (stood.via !== "webhook") return { outcome: "repeat", ...recorded };
	if (via === "poll") {
		const deliveredAt = new Date(String(stood.at));
		return { outcome: "repeat", ...recorded, deliveredAt };
	}
	const contradicts = stood.digest !== item.digest;
	return { outcome: contradicts ? "conflict" : "repeat", ...recorded };
}

/** Compare-and-swap: every change is a record of its own at the next number, until nobody else is faster. */
async function recordState(
	recording: Recording,
	identity: State,
	store: Store,
): Promise<Recorded> {
	const { provider, via, observation } = recording;
	const { observedAt = recording.receivedAt } = recording;
	const { subject } = observation;
	const { lane, first } = identity;
	const entry = toEntry(recording, store);
	const incoming = toIncoming(entry, identity);
	const { pk, prefix } = laneOf(subject, lane);
	for (let tries = 0; ; tries++) {
		if (tries > 0) await store.inbox.pause(tries, leftMs(store));
		const newest = await store.inbox.last(pk, prefix, leftMs(store));
		const now = Math.max(store.now().getTime(), recordedOf(newest));
		const summary = summaryOf(newest, store);
		const decision = decide(summary, incoming, {
			now,
			seen: observedAt?.getTime() ?? now,
			rememberedSince: now - retentionMs(store),
		});
		const { outcome } = decision;
		const known = numberOf(newest);
		if (!("summary" in decision)) {
			if (via === "poll" && outcome === "repeat" && newest)
				await renewIfOld(newest, store);
			const type = `${provider}.${observation.type}`;
			const lane = { pk, prefix, number: known };
			return outcome === "repeat" && repeatsNewest(newest, summary, incoming)
				? { outcome, type, pk, id: String(newest.id), lane }
				: { outcome, type, pk, lane };
		}
		const number = known + 1;
		const recordedtime = new Date(now).toISOString();
		const id = stateId(provider, { subject, lane, number, recordedtime });
		const place = {
			id,
			recordedtime,
			key: { pk, sk: prefix + digitsOf(number) },
			summary: writeSummary(decision.summary),
		};
		const isFirst = decision.outcome === "new" && decision.isFirst && first;
		const type = isFirst ? first.type : observation.type;
		const time = observation.time ?? observedAt;
		const told = { ...entry, observation: { ...observation, type, time } };
		const item =
			decision.outcome === "claim"
				? claimItem(told, place)
				: await eventItem(told, {
						...place,
						lane,
						sequence: sequenceOf(decision.place, number),
					});
		const stood = await store.inbox.add(item, leftMs(store));
		if (!stood || stood.attempt === entry.attempt) {
			const stands = { pk, prefix, number };
			return { outcome, type: `${provider}.${type}`, pk, id, lane: stands };
		}
	}
}

/** A kept delivery's time is when it came, if it says no other. */
function dated(recording: Recording): Recording {
	const { observation, receivedAt } = recording;
	const time = observation.time ?? receivedAt;
	return { ...recording, observation: { ...observation, time } };
}

function toEntry(recording: Recording, store: Store): Entry {
	const { provider, via, observation, traceparent } = recording;
	const { body, text = recording.text } = observation;
	const data = body === undefined ? text?.trim() : JSON.stringify(body);
	if (data === undefined)
		throw new Error("An observation needs a body, or its delivery's text.");
	const { payloads, retentionDays } = store;
	let kept: Promise<string> | undefined;
	return {
		provider,
		via,
		observation,
		data,
		traceparent,
		retentionDays,
		attempt: newAttempt(),
		keep: (bytes) => (kept ??= payloads.keep(bytes, leftMs(store))),
	};
}

function recordedOf(newest: Item | undefined): number {
	return newest ? Date.parse(String(newest.at)) : 0;
}

function isExpired({ expires }: Item, { now }: Store): boolean {
	return expires * 1000 <= now().getTime();
}

/** What a poll still sees is not forgotten; the tenth spares writing it each time. */
async function renewIfOld({ pk, sk, expires }: Item, store: Store) {
	const { inbox, now, retentionDays } = store;
	const tenth = expires * 1000 - 0.9 * retentionMs(store);
	if (now().getTime() < tenth) return;
	await inbox.renew({ pk, sk }, expiryOf(now(), retentionDays), leftMs(store));
}

/** Whether the inbox may have known it, and no longer does. */
function isForgotten({ time }: Observation, store: Store): boolean {
	return (
		time !== undefined &&
		time.getTime() < store.now().getTime() - retentionMs(store)
	);
}

/** An expired record counts for its number alone. */
function summaryOf(newest: Item | undefined, store: Store): Summary {
	if (!newest || isExpired(newest, store)) return nothing;
	return readSummary(String(newest.summary));
}

function retentionMs({ retentionDays }: Store): number {
	return retentionDays * 86_400_000;
}

/** What is left for the next call. */
export function leftMs({ now, deadline }: Store): number {
	const left = deadline.getTime() - now().getTime();
	if (left <= 0) throw new DeadlineNear("The deadline is near.");
	return left;
}

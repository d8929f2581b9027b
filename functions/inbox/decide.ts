import type { Via } from "./event.ts";

/** How much a lane remembers. */
export const keysKept = 64;
export const valuesKept = 16;

/** A poll's answer may be this much older than it looks, and a provider's clock this much off ours. */
export const settleMs = 2 * 60_000;

/** A state that a lane has seen; values are digests, times are milliseconds. */
export interface Remembered {
	value: string;
	/** the provider's own, else when a poll saw it or a webhook arrived */
	time: number;
	recorded: number;
	via: Via;
	/** the type of a polled event that no webhook's key has claimed yet */
	unclaimed?: string;
}

export interface Known {
	key: string;
	value: string;
	via: Via;
}

/** What a lane's newest record says of everything before it; bounded, and without personal data. */
export interface Summary {
	/** in the order in which they happened, as far as is known: the last one is the latest state */
	values: readonly Remembered[];
	keys: readonly Known[];
}

export const nothing: Summary = { values: [], keys: [] };

interface Told {
	type: string;
	value: string;
	key?: string;
	/** the provider's own time of the change */
	time?: number;
	withinMs: number;
	recurring: boolean;
}

/** One state as it comes in; a polled one with the instant at which it was asked for. */
export type Incoming = Told &
	({ via: "webhook" } | { via: "poll"; observed: number });

/** When it comes in: never before the lane's newest record; older than `rememberedSince`, the inbox may have forgotten. */
export interface Moment {
	now: number;
	rememberedSince: number;
}

export type Decision =
	| { outcome: "repeat" | "stale" | "conflict" }
	| { outcome: "claim" | "new"; summary: Summary };

/** Whether a state is news to its lane; the order of the rules is part of them. */
export function decide(
	summary: Summary,
	incoming: Incoming,
	moment: Moment,
): Decision {
	const { key, value, via } = incoming;
	const known = summary.keys.find((each) => each.key === key);
	if (known) {
		const contradicts = known.value !== value;
		const delivered = known.via === "webhook" && via === "webhook";
		return { outcome: contradicts && delivered ? "conflict" : "repeat" };
	}
	if (key === undefined && isRepeat(summary, incoming, moment))
		return { outcome: "repeat" };
	if (isStale(summary, incoming, moment)) return { outcome: "stale" };
	const claimed =
		key === undefined
			? undefined
			: summary.values.find(
					(found) =>
						found.unclaimed === incoming.type &&
						tellsOf(found, incoming, summary),
				);
	return {
		outcome: claimed ? "claim" : "new",
		summary: fold(summary, incoming, moment, claimed),
	};
}

/** Happens anew with every time of its own; what a poll sees without one only goes on. */
function recurs({ recurring, time, via }: Incoming): boolean {
	return recurring && (via === "webhook" || time !== undefined);
}

/** How things are now, as against a fact of its own that a poll also finds later. */
function isSnapshot(incoming: Incoming): boolean {
	const { via, key } = incoming;
	return via === "poll" && key === undefined && !recurs(incoming);
}

function timeOf(incoming: Incoming, { now }: Moment): number {
	const { via, time } = incoming;
	if (via === "webhook") return time ?? now;
	return isSnapshot(incoming) ? incoming.observed : (time ?? incoming.observed);
}

function isRepeat(
	summary: Summary,
	incoming: Incoming,
	moment: Moment,
): boolean {
	const { value, via, time, withinMs } = incoming;
	const equals = summary.values.filter((each) => each.value === value);
	if (recurs(incoming)) {
		const own = timeOf(incoming, moment);
		return equals.some((each) => Math.abs(each.time - own) < withinMs);
	}
	const latest = summary.values.at(-1);
	if (via === "poll") return latest?.value === value;
	if (time === undefined)
		return (
			latest?.value === value ||
			equals.some((each) => moment.now - each.recorded < withinMs)
		);
	const before = summary.values.findLast((each) => each.time <= time);
	const after = summary.values.find((each) => each.time > time);
	return (
		before?.value === value ||
		after?.value === value ||
		equals.some((each) => each.time === time)
	);
}

function isStale(
	{ values }: Summary,
	incoming: Incoming,
	{ rememberedSince }: Moment,
): boolean {
	if (incoming.via === "webhook") return false;
	const { time, observed } = incoming;
	if (time !== undefined) {
		if (time < rememberedSince) return true;
		if (values.length === valuesKept && time < oldestOf(values)) return true;
	}
	const latest = values.at(-1);
	return (
		isSnapshot(incoming) &&
		latest !== undefined &&
		latest.recorded > observed - settleMs
	);
}

/** Whether a delivery speaks of the very change whose outcome a poll found. */
function tellsOf(
	found: Remembered,
	{ value, time }: Incoming,
	{ values }: Summary,
): boolean {
	if (found.value !== value) return false;
	if (time === undefined) return found === values.at(-1);
	if (found.time < time - settleMs) return false;
	if (values.length === valuesKept && time < oldestOf(values)) return false;
	const from = Math.min(time, found.time);
	const to = Math.max(time, found.time);
	return !values.some(
		(other) =>
			other.value !== value &&
			other.time > (other.via === "poll" ? from + settleMs : from) &&
			other.time < to,
	);
}

function oldestOf(values: readonly Remembered[]): number {
	return Math.min(...values.map(({ time }) => time));
}

function fold(
	{ values, keys }: Summary,
	incoming: Incoming,
	moment: Moment,
	claimed: Remembered | undefined,
): Summary {
	const { type, value, key, via } = incoming;
	const entry: Remembered = {
		value,
		time: timeOf(incoming, moment),
		recorded: moment.now,
		via,
		unclaimed: isSnapshot(incoming) ? type : undefined,
	};
	const before = values.map((each) =>
		each === claimed ? { ...each, unclaimed: undefined } : each,
	);
	return {
		values: [...before, entry].toSorted(byTime).slice(-valuesKept),
		keys:
			key === undefined
				? keys
				: [...keys, { key, value, via }].slice(-keysKept),
	};
}

/** Nothing happens after we have heard of it, whatever a provider's clock says. */
function byTime(one: Remembered, other: Remembered): number {
	return (
		Math.min(one.time, one.recorded) - Math.min(other.time, other.recorded)
	);
}

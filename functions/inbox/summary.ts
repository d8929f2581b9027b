import type { Via } from "./event.ts";

/** How much a lane remembers. */
export const statesKept = 16;
export const keysKept = 64;

/** A state that a lane has told; values are digests, times are milliseconds. */
export interface Told {
	value: string;
	/** the provider's own of whoever spoke last, else when it was seen */
	time: number;
	/** of its event in the lane */
	place: number;
	/** when a webhook came with it, else when a poll brought it */
	recorded: number;
	/** who has spoken of it */
	via: Via | "both";
}

export interface Key {
	key: string;
	/** who spoke of it first: a webhook with this body, or a poll with this value */
	via: Via;
	content: string;
}

/** What a lane's newest record says of everything before it; bounded, and without personal data. */
export interface Summary {
	/** by place: the last is the lane's latest */
	states: readonly Told[];
	/** in the order in which they came */
	keys: readonly Key[];
	/** the latest time of a state that has been forgotten */
	forgotten?: number;
}

export const nothing: Summary = { states: [], keys: [] };

/** One state as it comes in. */
export interface Incoming {
	via: Via;
	value: string;
	/** of the whole delivery; a poll has none */
	body?: string;
	key?: string;
	/** the key of what comes first in this lane */
	first?: string;
	/** the provider's own time of the change */
	time?: number;
	/** what that may be as well */
	otherTimes?: readonly number[];
	withinMs: number;
	recurring: boolean;
}

export interface Moment {
	/** never before the lane's newest record */
	now: number;
	/** when a poll's request was sent, or a webhook came that had been kept; of any other, now */
	seen: number;
	/** what is older, the inbox may have forgotten */
	rememberedSince: number;
}

export interface Claim {
	outcome: "claim";
	summary: Summary;
}

export interface News {
	outcome: "new";
	summary: Summary;
	place: number;
	/** whether a poll found it in an empty lane that names its first */
	isFirst: boolean;
}

/** Equal places count in the order recorded. */
export function afterAll({ states }: Summary, seen: number): number {
	return Math.max(seen, states.at(-1)?.place ?? seen);
}

export function beforeAll({ states }: Summary, own: number): number {
	return Math.min(own, (states[0]?.place ?? Infinity) - 1);
}

/** The one claimed is known now by what was heard of it. */
export function claim(
	summary: Summary,
	incoming: Incoming,
	claimed: Told,
	known: Omit<Told, "via">,
): Claim {
	const states = summary.states.map(
		(state): Told => (state === claimed ? { ...known, via: "both" } : state),
	);
	const keys = withKey(summary, incoming, incoming.key);
	return { outcome: "claim", summary: { ...summary, states, keys } };
}

/** At its place among the others. */
export function tell(
	summary: Summary,
	incoming: Incoming,
	{ now, seen }: Moment,
	place: number,
): News {
	const { value, first, via, time = seen } = incoming;
	const isFirst =
		via === "poll" && first !== undefined && summary.states.length === 0;
	const key = isFirst ? first : incoming.key;
	const recorded = via === "webhook" ? seen : now;
	const told: Told = { value, time, place, recorded, via };
	const states = [...summary.states, told].toSorted(
		(one, other) => one.place - other.place,
	);
	const [lost] = states.slice(0, -statesKept);
	const { forgotten = -Infinity } = summary;
	return {
		outcome: "new",
		place,
		isFirst,
		summary: {
			states: states.slice(-statesKept),
			keys: withKey(summary, incoming, key),
			forgotten: lost ? Math.max(lost.time, forgotten) : summary.forgotten,
		},
	};
}

function withKey(
	{ keys }: Summary,
	{ via, value, body = value }: Incoming,
	key: string | undefined,
): readonly Key[] {
	if (key === undefined) return keys;
	const content = via === "webhook" ? body : value;
	return [...keys, { key, via, content }].slice(-keysKept);
}

type Spoken = Told["via"];
type Stored = [
	states: [
		value: string,
		via: Spoken,
		time: number,
		place: number,
		recorded: number,
	][],
	keys: [key: string, via: Via, content: string][],
	forgotten?: number,
];

/** Short, for it stands in each of a lane's records: without names, and times by how far they are apart. */
export function writeSummary({ states, keys, forgotten }: Summary): string {
	const stored: Stored = [
		states.map(({ value, via, time, place, recorded }) => [
			value,
			via,
			time,
			place - time,
			recorded - time,
		]),
		keys.map(({ key, via, content }) => [key, via, content]),
	];
	return JSON.stringify(
		forgotten === undefined ? stored : [...stored, forgotten],
	);
}

export function readSummary(text: string): Summary {
	const [states, keys, forgotten] = JSON.parse(text) as Stored;
	return {
		states: states.map(([value, via, time, place, recorded]) => ({
			value,
			via,
			time,
			place: time + place,
			recorded: time + recorded,
		})),
		keys: keys.map(([key, via, content]) => ({ key, via, content })),
		forgotten,
	};
}

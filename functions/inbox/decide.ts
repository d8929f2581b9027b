import {
	afterAll,
	beforeAll,
	type Claim,
	claim,
	type Incoming,
	type Moment,
	type News,
	type Summary,
	type Told,
	tell,
} from "./summary.ts";

/** An API may lag this much behind its own webhooks. */
export const settleMs = 6 * 60_000;

/** Clocks differ this much, and times are cut. */
export const clockMs = 2 * 60_000;

/** A webhook may come this much later than the time a list gives its fact. */
export const pairMs = 60 * 60_000;

export type Decision =
	| { outcome: "repeat" | "return" | "stale" | "conflict" }
	| Claim
	| News;

/** Whether a state is news to its lane. */
export function decide(
	summary: Summary,
	incoming: Incoming,
	moment: Moment,
): Decision {
	switch (kindOf(summary, incoming)) {
		case "known key":
			return judgeKnownKey(summary, incoming);
		case "recurring":
			return incoming.via === "webhook"
				? judgeRecurringWebhook(summary, incoming, moment)
				: judgeRecurringRow(summary, incoming, moment);
		case "polled":
			return judgePolled(summary, incoming, moment);
		case "pushed without key":
			return judgeWithoutKey(summary, incoming, moment);
		case "pushed with a new key":
			return judgeNewKey(summary, incoming, moment);
	}
}

function kindOf(summary: Summary, { key, recurring, via }: Incoming) {
	if (summary.keys.some((known) => known.key === key)) return "known key";
	if (recurring) return "recurring";
	if (via === "poll") return "polled";
	return key === undefined ? "pushed without key" : "pushed with a new key";
}

function judgeKnownKey({ keys }: Summary, incoming: Incoming): Decision {
	const { key, via, value, body } = incoming;
	const isOther = keys.some(
		(known) =>
			known.key === key &&
			known.content !== (known.via === "webhook" ? body : value),
	);
	return { outcome: via === "webhook" && isOther ? "conflict" : "repeat" };
}

/** A fact has one webhook, with its copies, and one row of a list. */
function judgeRecurringWebhook(
	summary: Summary,
	incoming: Incoming,
	moment: Moment,
): Decision {
	const { seen } = moment;
	const equal = summary.states.filter(({ value }) => value === incoming.value);
	const isCopy = equal.some(
		(state) => state.via !== "poll" && areNear(state, seen, incoming.withinMs),
	);
	if (isCopy) return { outcome: "repeat" };
	const row = equal.find(
		({ via, time }) => via === "poll" && arePair({ arrived: seen, time }),
	);
	return row
		? claim(summary, incoming, row, { ...row, recorded: seen })
		: tell(summary, incoming, moment, incoming.time ?? seen);
}

function judgeRecurringRow(
	summary: Summary,
	incoming: Incoming,
	moment: Moment,
): Decision {
	const { seen, rememberedSince } = moment;
	const { time = seen, otherTimes = [] } = incoming;
	const { forgotten = -Infinity } = summary;
	const equal = summary.states.filter(({ value }) => value === incoming.value);
	if (equal.some((state) => state.via !== "webhook" && state.time === time))
		return { outcome: "repeat" };
	const webhook = equal.find(
		({ via, recorded: arrived }) =>
			via === "webhook" &&
			[time, ...otherTimes].some((time) => arePair({ arrived, time })),
	);
	if (webhook) return claim(summary, incoming, webhook, { ...webhook, time });
	if (time < rememberedSince || time <= forgotten) return { outcome: "stale" };
	return tell(summary, incoming, moment, afterAll(summary, seen));
}

/** A poll shows how things are. */
function judgePolled(
	summary: Summary,
	incoming: Incoming,
	moment: Moment,
): Decision {
	const { seen } = moment;
	const latest = summary.states.at(-1);
	if (latest?.value === incoming.value) return { outcome: "repeat" };
	if (latest && latest.recorded > seen - settleMs) return { outcome: "stale" };
	return tell(summary, incoming, moment, afterAll(summary, seen));
}

/** A retry and a quick return to an earlier state are the same bytes. */
function judgeWithoutKey(
	summary: Summary,
	incoming: Incoming,
	moment: Moment,
): Decision {
	const { seen } = moment;
	const { value, withinMs, time = seen } = incoming;
	if (summary.states.at(-1)?.value === value) return { outcome: "repeat" };
	const isReturn = summary.states.some(
		(state) => state.value === value && areNear(state, seen, withinMs),
	);
	return isReturn
		? { outcome: "return" }
		: tell(summary, incoming, moment, time);
}

/** A poll may have found the very change that this delivery tells of. */
function judgeNewKey(
	summary: Summary,
	incoming: Incoming,
	moment: Moment,
): Decision {
	const { states } = summary;
	const { value, key, first, time } = incoming;
	const own = time ?? moment.seen;
	if (key === first)
		return tell(summary, incoming, moment, beforeAll(summary, own));
	const polled = (time === undefined ? states.slice(-1) : states).find(
		(state) =>
			state.via === "poll" &&
			state.value === value &&
			(time === undefined || mayBe(state, time, summary)),
	);
	return polled
		? claim(summary, incoming, polled, { ...polled, time: time ?? polled.time })
		: tell(summary, incoming, moment, own);
}

/** A delivery that was kept may have come before what is known. */
function areNear({ recorded }: Told, seen: number, withinMs: number) {
	return Math.abs(seen - recorded) < withinMs;
}

/** Whether a webhook that arrived then can be of the fact that a list dates so. */
function arePair({ arrived, time }: { arrived: number; time: number }) {
	return arrived - time <= pairMs && time - arrived <= clockMs;
}

/** Not where another value was delivered in between, whichever of the two is the earlier. */
function mayBe(polled: Told, time: number, { states }: Summary): boolean {
	const from = Math.min(time, polled.time);
	const to = Math.max(time, polled.time);
	return (
		polled.time >= time - clockMs &&
		!states.some(
			(other) =>
				other.via !== "poll" &&
				other.value !== polled.value &&
				other.time > from &&
				other.time < to,
		)
	);
}

import {
	decide,
	type Incoming,
	nothing,
	type Summary,
} from "../../functions/inbox/decide.ts";

/** What a sender's pushes say of a change beside its value. */
export interface Manner {
	keyed: boolean;
	dated: boolean;
	/** how far the sender's clock is off */
	skewMs?: number;
}

/** A change of state that really happened. */
export interface Change {
	value: string;
	at: number;
	pushed: number;
	/** a poll brought it before a later one was known */
	observed: boolean;
}

/** An event as a consumer got it. */
interface Told {
	value: string;
	at: number;
	/** what it tells of: more than one where nothing that was seen told them apart */
	changes: readonly number[];
}

/** One thing after another: a change, a push of the nth one, a poll's request, the recording of its answer. */
export type Step = `change ${string}` | `push ${number}` | "ask" | "hear";

/** A provider's state and our lane after some steps; never modified, so that histories can share a beginning. */
export interface History {
	now: number;
	changes: readonly Change[];
	events: readonly Told[];
	asked?: { change: number; at: number };
	summary: Summary;
	/** when the lane last took something on */
	recorded: number;
	steps: readonly string[];
	/** the law that the last step broke */
	broken?: string;
}

const day = 86_400_000;
const within = 5 * 60_000;
const settle = 2 * 60_000;
export const dawn = Date.UTC(2030, 0, 1);

export const beginning: History = {
	now: dawn,
	changes: [],
	events: [],
	summary: nothing,
	recorded: dawn,
	steps: [],
};

export function isSeen({ pushed, observed }: Change): boolean {
	return pushed > 0 || observed;
}

/** The history after one more step, or undefined where that step cannot be. */
export function after(
	history: History,
	step: Step,
	paceMs: number,
	{ keyed, dated, skewMs = 0 }: Manner,
): History | undefined {
	const now = history.now + paceMs;
	const next = { ...history, now, steps: [...history.steps, step] };
	const { changes, asked } = history;
	const [what, which = ""] = step.split(" ");
	if (what === "change") {
		if (changes.at(-1)?.value === which) return undefined;
		const change = { value: which, at: now, pushed: 0, observed: false };
		return { ...next, changes: [...changes, change] };
	}
	if (what === "ask") {
		if (asked || changes.length === 0) return undefined;
		return { ...next, asked: { change: changes.length - 1, at: now } };
	}
	const index = what === "push" ? Number(which) : asked?.change;
	const change = index === undefined ? undefined : changes[index];
	if (index === undefined || !change) return undefined;
	const { value, at, pushed } = change;
	if (what === "push") {
		const sent = { ...change, pushed: pushed + 1 };
		return take({ ...next, changes: changes.with(index, sent) }, index, {
			via: "webhook",
			value,
			...(keyed && { key: `key ${index}` }),
			...(dated && { time: at + skewMs }),
		});
	}
	if (!asked) return undefined;
	return take({ ...next, asked: undefined }, index, {
		via: "poll",
		value,
		observed: asked.at,
	});
}

type Push = { via: "webhook"; value: string; key?: string; time?: number };
type Answer = { via: "poll"; value: string; observed: number };

function take(history: History, change: number, told: Push | Answer): History {
	const { now, summary, steps } = history;
	const incoming: Incoming = {
		type: "changed",
		withinMs: within,
		recurring: false,
		...told,
	};
	const moment = { now, rememberedSince: now - 35 * day };
	const decision = decide(summary, incoming, moment);
	const { outcome } = decision;
	return {
		...history,
		...("summary" in decision && { summary: decision.summary, recorded: now }),
		steps: [...steps.slice(0, -1), `${steps.at(-1)} ${told.value}: ${outcome}`],
		broken: history.broken ?? brokenLaw(history, change, told, outcome),
		events: tell(history, change, told.value, outcome),
		changes:
			told.via === "webhook" || outcome === "stale"
				? history.changes
				: observe(history.changes, change),
	};
}

/** An answer that was overtaken by something later shows nothing that can be placed. */
function observe(changes: readonly Change[], index: number): readonly Change[] {
	const change = changes[index];
	if (!change || isOvertaken(changes, index)) return changes;
	return changes.with(index, { ...change, observed: true });
}

function isOvertaken(changes: readonly Change[], index: number): boolean {
	return changes.slice(index + 1).some(isSeen);
}

function tell(
	{ now, events, changes }: History,
	change: number,
	value: string,
	outcome: string,
): readonly Told[] {
	const own = events.findIndex((event) => event.changes.includes(change));
	if (outcome === "new") {
		const rest = events.map((event) => ({
			...event,
			changes: event.changes.filter((each) => each !== change),
		}));
		return [...rest, { value, at: now, changes: [change] }];
	}
	const alike = events.findIndex((event) => isAlike(changes, event, change));
	const event = events[alike];
	if (outcome !== "claim" || own >= 0 || !event) return events;
	return events.with(alike, {
		...event,
		changes: [...event.changes, change],
	});
}

/** What no answer may do to a consumer, judged by what really happened alone. */
function brokenLaw(
	{ now, changes, events, recorded }: History,
	change: number,
	told: Push | Answer,
	outcome: string,
): string | undefined {
	const own = events.find((event) => event.changes.includes(change));
	const overtaken = told.via === "poll" && isOvertaken(changes, change);
	if (outcome === "new")
		return own?.changes.length === 1 ? "one change makes one event" : undefined;
	if (own || overtaken) return undefined;
	if (outcome === "stale") {
		const { observed } = told as Answer;
		return recorded <= observed - settle
			? "only what is unsettled is put off"
			: undefined;
	}
	if (events.some((event) => isAlike(changes, event, change))) return undefined;
	const quick =
		told.via === "webhook" &&
		told.key === undefined &&
		told.time === undefined &&
		events.some(({ value, at }) => value === told.value && now - at < within);
	return quick ? undefined : "a change that was seen makes an event";
}

/** Whether nothing that was seen tells a change from one that has its event: equal values, and no other between. */
function isAlike(
	changes: readonly Change[],
	event: Told,
	change: number,
): boolean {
	return event.changes.some((other) =>
		changes
			.slice(Math.min(other, change), Math.max(other, change) + 1)
			.every((each) => each.value === event.value || !isSeen(each)),
	);
}

import {
	type Arrival,
	type Event,
	empty,
	type Lane,
	lastOf,
	minute,
	take,
} from "./lane.ts";
import {
	type Change,
	endOf,
	letters,
	type Schedule,
	type Sender,
} from "./schedule.ts";

/** What became of a schedule, judged by what really happened. */
export interface Account {
	changes: number;
	/** that were seen, and have no event */
	lost: number;
	/** that have no event, and were kept in quarantine */
	kept: number;
	/** events of a value beyond its changes, not by a copy of a webhook */
	twice: number;
	/** events by a copy of a webhook that came too late to be known */
	copied: number;
	/** whether a consumer ends on another state than the provider */
	astray: number;
	/** the laws without exception that it breaks */
	broken: readonly string[];
}

/** What was heard of one change. */
interface Heard {
	pushed: boolean;
	polled: boolean;
	kept: boolean;
}

/** Runs a schedule through the lane, and then four quiet polls. */
export function live(schedule: Schedule, sender: Sender): Account {
	const { changes, arrivals } = schedule;
	const heard = changes.map(
		(): Heard => ({ pushed: false, polled: false, kept: false }),
	);
	const broken: string[] = [];
	let lane = empty;
	const hear = (arrival: Arrival) => {
		const taken = take(lane, arrival);
		const one = heard[arrival.change];
		if (one && arrival.asked === undefined) one.pushed = true;
		else if (one && taken.outcome !== "stale") one.polled = true;
		if (one && ["return", "conflict"].includes(taken.outcome)) one.kept = true;
		const fault = faultOf(lane, taken.lane);
		if (fault) broken.push(fault);
		lane = taken.lane;
		return taken.outcome;
	};
	for (const arrival of arrivals) hear(arrival);
	for (const [nth, poll] of endOf(schedule, sender).entries())
		if (hear(poll) !== "repeat" && nth > 1) broken.push("a poll comes to rest");
	const { events } = lane;
	const truth = changes.at(-1)?.value;
	const astray = events.length > 0 && lastOf(events)?.value !== truth ? 1 : 0;
	if (astray && !sender.unpolled)
		broken.push("a consumer ends on what the provider holds");
	if (sender.keyed === "each" && !everyKeyHasAnEvent(changes, heard, lane))
		broken.push("each acknowledged key has an event");
	if (!eachPushIsOnce(lane, sender))
		broken.push("copies of one push make one event");
	return {
		changes: changes.length,
		astray,
		broken,
		...count(changes, heard, lane, sender),
	};
}

/** The summary's last is the consumer's last, and it never falls back. */
function faultOf(before: Lane, after: Lane): string | undefined {
	const { summary, events } = after;
	const told = lastOf(events);
	const latest = summary.states.at(-1);
	if (told?.value !== latest?.value || told?.place !== latest?.place)
		return "the lane's latest is the consumer's latest";
	const rises =
		(latest?.place ?? 0) >= (before.summary.states.at(-1)?.place ?? 0);
	return rises ? undefined : "places never fall";
}

function everyKeyHasAnEvent(
	changes: readonly Change[],
	heard: readonly Heard[],
	{ events }: Lane,
): boolean {
	return letters.every((letter) => {
		const keys = changes.filter(
			({ value }, nth) => value === letter && heard[nth]?.pushed,
		);
		return events.filter(({ value }) => value === letter).length >= keys.length;
	});
}

function eachPushIsOnce({ events }: Lane, sender: Sender): boolean {
	const { keyed, withinMs = minute } = sender;
	const pushed = events.filter(({ via }) => via === "webhook");
	return pushed.every((one, nth) =>
		pushed
			.slice(nth + 1)
			.every(
				(other) =>
					other.change !== one.change ||
					(keyed !== "each" && other.recorded - one.recorded >= withinMs),
			),
	);
}

function count(
	changes: readonly Change[],
	heard: readonly Heard[],
	{ events }: Lane,
	sender: Sender,
): Pick<Account, "lost" | "kept" | "twice" | "copied"> {
	const expected = distinguishable(changes, heard, sender);
	const copies = copiesOf(events);
	const total = { lost: 0, kept: 0, twice: 0, copied: copies.length };
	for (const letter of letters) {
		const again = copies.filter(({ value }) => value === letter).length;
		const told = events.filter(({ value }) => value === letter).length;
		const due = expected.filter((value) => value === letter).length;
		const real = changes.filter(({ value }) => value === letter).length;
		const aside = changes.filter(
			({ value }, nth) => value === letter && heard[nth]?.kept,
		).length;
		const missing = Math.max(0, due - told);
		const kept = Math.min(missing, aside);
		total.kept += kept;
		total.lost += missing - kept;
		total.twice += Math.max(0, told - again - real);
	}
	return total;
}

function copiesOf(events: readonly Event[]): Event[] {
	const pushed = events.filter(({ via }) => via === "webhook");
	return pushed.filter(
		({ change }, nth) =>
			pushed.findIndex((other) => other.change === change) < nth,
	);
}

/** The states heard of, less those that nothing heard tells from the one before. */
function distinguishable(
	changes: readonly Change[],
	heard: readonly Heard[],
	{ keyed }: Sender,
): string[] {
	const states: { value: string; keyed: boolean }[] = [];
	for (const [nth, { value }] of changes.entries()) {
		const { pushed = false, polled = false } = heard[nth] ?? {};
		if (!pushed && !polled) continue;
		const last = states.at(-1);
		const hasKey = keyed === "each" && pushed;
		if (last?.value === value && !(last.keyed && hasKey)) last.keyed ||= hasKey;
		else states.push({ value, keyed: hasKey });
	}
	return states.map(({ value }) => value);
}

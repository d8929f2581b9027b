import { type Decision, decide } from "../../../functions/inbox/decide.ts";
import type { Via } from "../../../functions/inbox/event.ts";
import {
	type Incoming,
	nothing,
	type Summary,
} from "../../../functions/inbox/summary.ts";

export const dawn = Date.UTC(2030, 0, 1);
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** An event as a consumer got it. */
export interface Event {
	value: string;
	via: Via;
	place: number;
	number: number;
	recorded: number;
	/** what really happened, that whoever brought it told of */
	change: number;
}

/** A lane and what it has told; never modified, so that histories can share a beginning. */
export interface Lane {
	summary: Summary;
	recorded: number;
	number: number;
	events: readonly Event[];
}

export const empty: Lane = {
	summary: nothing,
	recorded: 0,
	number: 0,
	events: [],
};

export interface Arrival {
	incoming: Incoming;
	now: number;
	/** when a poll's request was sent */
	asked?: number;
	change: number;
}

export interface Taken {
	lane: Lane;
	outcome: Decision["outcome"];
}

/** The lane after one more arrival. */
export function take(
	lane: Lane,
	{ incoming, change, ...when }: Arrival,
): Taken {
	const now = Math.max(when.now, lane.recorded);
	const decision = decide(lane.summary, incoming, {
		now,
		seen: when.asked ?? now,
		rememberedSince: now - 400 * day,
	});
	const { outcome } = decision;
	if (!("summary" in decision)) return { lane, outcome };
	const number = lane.number + 1;
	const { summary } = decision;
	const { value, via } = incoming;
	const events =
		decision.outcome === "claim"
			? lane.events
			: [
					...lane.events,
					{ value, via, place: decision.place, number, recorded: now, change },
				];
	return { outcome, lane: { summary, recorded: now, number, events } };
}

/** Where a consumer ends that keeps the greatest sequence. */
export function lastOf(events: readonly Event[]): Event | undefined {
	return events.reduce<Event | undefined>(
		(last, event) => (last && last.place > event.place ? last : event),
		undefined,
	);
}

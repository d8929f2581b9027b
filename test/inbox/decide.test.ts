import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clockMs, pairMs, settleMs } from "../../functions/inbox/decide.ts";
import {
	type Incoming,
	keysKept,
	statesKept,
} from "../../functions/inbox/summary.ts";
import {
	dawn,
	day,
	empty,
	hour,
	lastOf,
	minute,
	second,
	take,
} from "../support/lanes/lane.ts";
import { holds } from "../support/property.ts";

type Told = Partial<Incoming> & { asked?: number };

/** A lane that takes one thing after another, at milliseconds after dawn. */
function laneOf(kind: Partial<Incoming> = {}) {
	let lane = empty;
	const at = (
		via: "webhook" | "poll",
		ms: number,
		value: string,
		more: Told,
	) => {
		const { asked = ms, ...rest } = more;
		const { time } = rest;
		const incoming = {
			via,
			value,
			withinMs: minute,
			recurring: false,
			...kind,
			...rest,
			time: time === undefined ? undefined : dawn + time,
		};
		const now = dawn + ms;
		const poll = via === "poll" ? dawn + asked : undefined;
		const taken = take(lane, { incoming, now, asked: poll, change: 0 });
		lane = taken.lane;
		return taken.outcome;
	};
	return {
		push: (ms: number, value: string, more: Told = {}) =>
			at("webhook", ms, value, { body: value, ...more }),
		poll: (ms: number, value: string, more: Told = {}) =>
			at("poll", ms, value, more),
		/** of the consumer who keeps the greatest sequence */
		latest: () => lastOf(lane.events)?.value,
		told: () => lane.events.map(({ value }) => value).join(""),
		summary: () => lane.summary,
	};
}

describe("a known key", () => {
	test("is judged by who brought it first, whatever comes between", () => {
		const between = fc.array(
			fc.record({
				via: fc.constantFrom("push" as const, "poll" as const),
				value: fc.constantFrom("A", "B", "C"),
				after: fc.integer({ min: 0, max: hour }),
			}),
			{ maxLength: keysKept - 1 },
		);
		const law = fc.property(between, (others) => {
			for (const first of ["push", "poll"] as const) {
				const lane = laneOf();
				expect(lane[first](0, "A", { key: "k" })).toBe("new");
				let ms = 0;
				for (const [index, { via, value, after }] of others.entries()) {
					ms += after;
					lane[via](ms, value, via === "push" ? { key: `${index}` } : {});
				}
				const again = (value: string, body: string) =>
					lane.push(ms, value, { key: "k", body });
				const isOther = first === "push" ? "conflict" : "repeat";
				expect(again("A", "A")).toBe("repeat");
				expect(again("A", "more")).toBe(isOther);
				expect(again("B", "B")).toBe("conflict");
				expect(lane.poll(ms, "B", { key: "k" })).toBe("repeat");
			}
		});
		holds(law, { numRuns: 300 });
	});

	test("is a repeat, whatever has happened since", () => {
		const { push } = laneOf();
		expect(push(0, "A", { key: "1" })).toBe("new");
		expect(push(10 * minute, "B", { key: "2" })).toBe("new");
		expect(push(20 * minute, "A", { key: "1" })).toBe("repeat");
	});

	test("is a conflict with another body, where a webhook brought it", () => {
		const { push, poll } = laneOf();
		push(0, "A", { key: "1", body: "one" });
		expect(push(1, "A", { key: "1", body: "other" })).toBe("conflict");
		expect(push(2, "B", { key: "1", body: "one" })).toBe("repeat");
		expect(poll(day, "B", { key: "1" })).toBe("repeat");
	});

	test("is a conflict with another value, where a poll brought it", () => {
		const { push, poll } = laneOf({ first: "created" });
		expect(poll(0, "A")).toBe("new");
		expect(push(1, "A", { key: "created", body: "any" })).toBe("repeat");
		expect(push(2, "B", { key: "created" })).toBe("conflict");
	});

	test("is remembered for as long as it is among the last sixty-four", () => {
		const { push } = laneOf();
		for (let key = 0; key < keysKept; key++) push(key, "A", { key: `${key}` });
		expect(push(100, "A", { key: "0" })).toBe("repeat");
		push(101, "A", { key: "one more" });
		expect(push(102, "A", { key: "0" })).toBe("new");
		expect(push(103, "A", { key: "1" })).toBe("new");
		expect(push(104, "A", { key: "3" })).toBe("repeat");
	});
});

describe("a state that recurs", () => {
	const facts = () => laneOf({ recurring: true });

	test("is one fact with the copies of its webhook, and happens anew after them", () => {
		const { push } = facts();
		expect(push(0, "A")).toBe("new");
		expect(push(minute - 1, "A")).toBe("repeat");
		expect(push(minute, "A")).toBe("new");
	});

	test("is one fact for each time that a list gives it, however often it is listed", () => {
		const { poll, told } = facts();
		for (const asked of [hour, 2 * hour])
			for (const time of [0, 15 * second, 30 * minute])
				poll(asked, time ? "A" : "B", { time });
		expect(told()).toBe("BAA");
	});

	test("is one fact by webhook and by list, whichever comes first", () => {
		for (const late of [-clockMs, 0, 10 * minute + 1, pairMs]) {
			const one = facts();
			expect(one.push(day + late, "A")).toBe("new");
			expect(one.poll(2 * day, "A", { time: day })).toBe("claim");
			expect(one.poll(3 * day, "A", { time: day })).toBe("repeat");
			const other = facts();
			expect(other.poll(day + late, "A", { time: day })).toBe("new");
			expect(other.push(day + late, "A")).toBe("claim");
			expect(other.push(day + late + minute - 1, "A")).toBe("repeat");
			expect(other.poll(3 * day, "A", { time: day })).toBe("repeat");
		}
	});

	test("is two facts where the webhook came more than an hour later, or earlier than clocks differ", () => {
		for (const late of [-clockMs - 1, pairMs + 1]) {
			const one = facts();
			one.push(day + late, "A");
			expect(one.poll(2 * day, "A", { time: day })).toBe("new");
			const other = facts();
			other.poll(day + late, "A", { time: day });
			expect(other.push(day + late, "A")).toBe("new");
		}
	});

	test("is paired once: a wrong password typed twice within minutes is two facts", () => {
		const { push, poll, told } = facts();
		expect(push(second, "A")).toBe("new");
		expect(push(4 * minute + second, "A")).toBe("new");
		expect(poll(10 * minute, "A", { time: 0 })).toBe("claim");
		expect(poll(10 * minute, "A", { time: 4 * minute })).toBe("claim");
		expect(told()).toBe("AA");
	});

	test("is stale where a list dates it before what the inbox remembers", () => {
		const { poll } = facts();
		expect(poll(0, "A", { time: -400 * day - 1 })).toBe("stale");
		expect(poll(0, "A", { time: -400 * day })).toBe("new");
	});

	test("is stale where a list dates it not after what the lane has forgotten", () => {
		const { poll } = facts();
		for (let nth = 0; nth <= statesKept; nth++)
			poll(day, `${nth}`, { time: nth * minute });
		for (let nth = 0; nth <= statesKept; nth++)
			expect(poll(2 * day, `${nth}`, { time: nth * minute })).toBe(
				nth === 0 ? "stale" : "repeat",
			);
		expect(poll(2 * day, "other", { time: 0 })).toBe("stale");
		expect(poll(2 * day, "other", { time: 1 })).toBe("new");
	});
});

describe("a polled state", () => {
	test("is a repeat where it is the latest, and new where it is another", () => {
		const { push, poll } = laneOf();
		push(0, "A");
		expect(poll(10 * minute, "A")).toBe("repeat");
		expect(poll(20 * minute, "B")).toBe("new");
		expect(poll(30 * minute, "A")).toBe("new");
	});

	test("is stale where the latest was recorded after the request, less the settle time", () => {
		for (const [asked, outcome] of [
			[10 * minute + settleMs - 1, "stale"],
			[10 * minute + settleMs, "new"],
		] as const) {
			const { push, poll } = laneOf();
			push(0, "A");
			push(10 * minute, "B");
			expect(poll(20 * minute, "A", { asked })).toBe(outcome);
		}
	});

	test("is a repeat of the latest also while it is unsettled", () => {
		const { push, poll } = laneOf();
		push(10 * minute, "A");
		expect(poll(10 * minute, "A", { asked: 9 * minute })).toBe("repeat");
	});

	test("is the latest even where a delivery is dated in the future", () => {
		const { push, poll, latest } = laneOf();
		push(0, "A", { key: "a", time: 10 * hour });
		expect(poll(10 * minute, "B")).toBe("new");
		expect(latest()).toBe("B");
		expect(poll(20 * minute, "B")).toBe("repeat");
	});

	test("settles a quick return to an earlier state that a push could not", () => {
		const { push, poll, latest } = laneOf();
		push(0, "A");
		push(10 * second, "B");
		expect(push(20 * second, "A")).toBe("return");
		expect(poll(10 * minute, "A")).toBe("new");
		expect(latest()).toBe("A");
	});

	test("is not told again by an answer from before a change, however far the API lags", () => {
		const { push, poll, told } = laneOf();
		push(0, "A");
		push(hour, "D");
		expect(poll(hour + 3 * minute, "A")).toBe("stale");
		expect(poll(hour + 10 * minute, "D")).toBe("repeat");
		expect(told()).toBe("AD");
	});
});

describe("a push without key", () => {
	test("is a repeat of the latest state, however old", () => {
		const { push } = laneOf();
		push(0, "A");
		expect(push(30 * day, "A")).toBe("repeat");
	});

	test("is a return to an earlier state for as long as copies may arrive, and then new", () => {
		for (const [ms, outcome] of [
			[minute - 1, "return"],
			[minute, "new"],
		] as const) {
			const { push } = laneOf();
			push(0, "A");
			push(1, "B");
			expect(push(ms, "A")).toBe(outcome);
		}
	});
});

describe("a push with a new key", () => {
	test("claims the state that a poll has brought, once", () => {
		const { push, poll } = laneOf();
		expect(poll(10 * minute, "A")).toBe("new");
		expect(push(20 * minute, "A", { key: "1", time: 5 * minute })).toBe(
			"claim",
		);
		expect(push(21 * minute, "A", { key: "1", time: 5 * minute })).toBe(
			"repeat",
		);
		expect(push(22 * minute, "A", { key: "2", time: 6 * minute })).toBe("new");
		expect(poll(40 * minute, "A")).toBe("repeat");
	});

	test("claims nothing that was seen before its own time, but for clocks that differ", () => {
		for (const [time, outcome] of [
			[10 * minute + clockMs, "claim"],
			[10 * minute + clockMs + 1, "new"],
		] as const) {
			const { push, poll } = laneOf();
			poll(10 * minute, "A");
			expect(push(20 * minute, "A", { key: "1", time })).toBe(outcome);
		}
	});

	test("claims nothing where another value was delivered between the two", () => {
		for (const [time, outcome] of [
			[5 * minute, "claim"],
			[5 * minute + 1, "new"],
			[20 * minute - 1, "new"],
			[20 * minute, "claim"],
		] as const) {
			const { push, poll } = laneOf();
			push(10 * minute, "B", { key: "b", time });
			poll(20 * minute, "A");
			const a = { key: "a", time: 5 * minute };
			expect(push(30 * minute, "A", a)).toBe(outcome);
		}
	});

	test("takes a claimed state for delivered, at its delivery's time", () => {
		const { push, poll } = laneOf();
		poll(10 * minute, "B");
		poll(20 * minute, "A");
		push(30 * minute, "B", { key: "b", time: 2 * minute });
		expect(push(31 * minute, "A", { key: "a", time: minute })).toBe("new");
		expect(push(32 * minute, "A", { key: "c", time: 3 * minute })).toBe(
			"claim",
		);
	});

	test("claims the latest alone, where it has no time of its own", () => {
		const { push, poll } = laneOf();
		poll(10 * minute, "A");
		expect(push(11 * minute, "A", { key: "1" })).toBe("claim");
		poll(20 * minute, "B");
		poll(30 * minute, "C");
		expect(push(31 * minute, "B", { key: "2" })).toBe("new");
	});

	test("makes an event of an equal value", () => {
		const { push } = laneOf();
		push(0, "A", { key: "1" });
		expect(push(0, "A", { key: "2" })).toBe("new");
	});
});

describe("what comes first in a lane", () => {
	const payment = () => laneOf({ first: "created", withinMs: 20 * second });

	test("is what a poll finds there where nothing is known", () => {
		const { push, poll } = payment();
		poll(0, "A");
		expect(push(second, "A", { key: "created" })).toBe("repeat");
	});

	test("is told when it comes late, and placed before what is known", () => {
		const { push, poll, told, latest } = payment();
		push(minute, "B");
		expect(push(2 * minute, "A", { key: "created" })).toBe("new");
		expect([told(), latest()]).toEqual(["BA", "B"]);
		expect(poll(10 * minute, "B")).toBe("repeat");
		expect(push(20 * minute, "A", { key: "created" })).toBe("repeat");
	});

	test("is told though a poll has brought its value as a later one", () => {
		const { push, poll, told } = payment();
		push(minute, "B");
		poll(20 * minute, "A");
		expect(push(30 * minute, "A", { key: "created" })).toBe("new");
		expect(told()).toBe("BAA");
	});

	test("is not what an answer from before an update brings", () => {
		const { push, poll, latest } = payment();
		push(10 * second, "B");
		expect(poll(20 * second, "A", { asked: 5 * second })).toBe("stale");
		expect(latest()).toBe("B");
	});

	test("is kept as a conflict where a poll has told a later state in its place", () => {
		const { push, poll } = payment();
		expect(poll(minute, "B")).toBe("new");
		expect(push(2 * minute, "A", { key: "created" })).toBe("conflict");
	});
});

describe("a consumer ends on what the provider holds", () => {
	test("though a slow clock dates a change before the poll that saw the one before", () => {
		const { push, poll, latest } = laneOf();
		poll(20 * second, "B", { asked: 18 * second });
		const a = { key: "a", time: -58 * second };
		expect(push(33 * second, "A", a)).toBe("new");
		expect(latest()).toBe("B");
		expect(poll(10 * minute, "A")).toBe("new");
		expect(latest()).toBe("A");
	});

	test("though a late push tells of an earlier visit to the state that it holds", () => {
		const { push, poll, latest } = laneOf();
		poll(44 * second, "B");
		expect(push(2 * minute, "C", { key: "c", time: 0 })).toBe("new");
		expect(latest()).toBe("B");
		expect(poll(15 * minute, "C")).toBe("new");
		expect(latest()).toBe("C");
	});

	test("though a fast clock dates changes after their arrival, the later one's first", () => {
		const { push, poll, latest } = laneOf();
		const ahead = 90 * second;
		push(2 * second, "B", { key: "b", time: second + ahead });
		push(3 * second, "C", { key: "c", time: ahead });
		expect(latest()).toBe("B");
		expect(poll(10 * minute, "B")).toBe("repeat");
	});

	test("though two visits to one state become one event, for when it was claimed nothing spoke against it", () => {
		const { push, poll, told, latest } = laneOf();
		// A, B and A again happen at 0, 1 and 2 minutes
		poll(5 * minute, "A");
		expect(push(6 * minute, "A", { key: "1", time: 0 })).toBe("claim");
		expect(push(7 * minute, "B", { key: "2", time: minute })).toBe("new");
		expect([told(), latest()]).toEqual(["AB", "A"]);
		expect(poll(15 * minute, "A")).toBe("repeat");
	});
});

describe("a lane's memory", () => {
	test("stays bounded, and keeps what happened last", () => {
		const { push, summary } = laneOf();
		const times = Array.from({ length: 200 }, (_, n) => (n * 7919) % 2000);
		for (const [n, time] of times.entries())
			push(2000 + n, `${n}`, { key: `${n}`, time });
		expect(summary().states.map(({ place }) => place - dawn)).toEqual(
			times.toSorted((one, other) => one - other).slice(-statesKept),
		);
		expect(summary().keys.map(({ key }) => key)).toEqual(
			Array.from({ length: keysKept }, (_, n) => `${200 - keysKept + n}`),
		);
	});
});

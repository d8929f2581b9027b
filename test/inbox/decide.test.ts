import { describe, expect, test } from "vitest";
import {
	decide,
	type Incoming,
	keysKept,
	nothing,
	type Summary,
	settleMs,
	valuesKept,
} from "../../functions/inbox/decide.ts";
import { dawn } from "../support/history.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const told = { type: "changed", withinMs: 5 * minute, recurring: false };

/** A lane that takes one thing after another, at minutes after dawn. */
function lane() {
	let summary: Summary = nothing;
	const at = (minutes: number, incoming: Incoming) => {
		const now = dawn + minutes * minute;
		const moment = { now, rememberedSince: now - 35 * day };
		const decision = decide(summary, incoming, moment);
		if ("summary" in decision) summary = decision.summary;
		return decision.outcome;
	};
	return {
		push: (
			minutes: number,
			value: string,
			more: Partial<{ key: string; time: number } & typeof told> = {},
		) => {
			const { time, ...rest } = more;
			const dated = time !== undefined && { time: dawn + time * minute };
			return at(minutes, { ...told, via: "webhook", value, ...rest, ...dated });
		},
		poll: (
			minutes: number,
			value: string,
			more: Partial<
				{ time: number; observed: number; key: string } & typeof told
			> = {},
		) => {
			const { time, observed = minutes, ...rest } = more;
			const dated = time !== undefined && { time: dawn + time * minute };
			const asked = dawn + observed * minute;
			return at(minutes, {
				...told,
				via: "poll",
				value,
				...rest,
				...dated,
				observed: asked,
			});
		},
		summary: () => summary,
	};
}

describe("a key", () => {
	test("is known again, whatever has happened since", () => {
		const { push } = lane();
		expect(push(0, "A", { key: "1" })).toBe("new");
		expect(push(10, "B", { key: "2" })).toBe("new");
		expect(push(20, "A", { key: "1" })).toBe("repeat");
	});

	test("with another value is a conflict between two webhooks only", () => {
		const { push, poll } = lane();
		push(0, "A", { key: "1" });
		expect(push(1, "B", { key: "1" })).toBe("conflict");
		expect(poll(10, "B", { key: "1" })).toBe("repeat");
		poll(20, "C", { key: "2" });
		expect(push(21, "D", { key: "2" })).toBe("repeat");
	});

	test("that is new makes an event of an equal value", () => {
		const { push } = lane();
		push(0, "A", { key: "1" });
		expect(push(0, "A", { key: "2" })).toBe("new");
	});

	test("is remembered for as long as it is among the last sixty-four", () => {
		const { push } = lane();
		for (let key = 0; key < keysKept; key++) push(key, "A", { key: `${key}` });
		expect(push(100, "A", { key: "0" })).toBe("repeat");
		push(101, "A", { key: "one more" });
		expect(push(102, "A", { key: "0" })).toBe("new");
		expect(push(103, "A", { key: "1" })).toBe("new");
		expect(push(104, "A", { key: "3" })).toBe("repeat");
	});
});

describe("a polled state", () => {
	test("is a repeat where it is the latest, and new where it is another", () => {
		const { push, poll } = lane();
		push(0, "A");
		expect(poll(10, "A")).toBe("repeat");
		expect(poll(20, "B")).toBe("new");
		expect(poll(30, "A")).toBe("new");
	});

	test("is stale where the latest was recorded after the request, less two minutes", () => {
		for (const [observed, outcome] of [
			[10 + settleMs / minute - 1 / minute, "stale"],
			[10 + settleMs / minute, "new"],
		] as const) {
			const { push, poll } = lane();
			push(0, "A");
			push(10, "B");
			expect(poll(20, "A", { observed })).toBe(outcome);
		}
	});

	test("is a repeat of the latest also while it is unsettled", () => {
		const { push, poll } = lane();
		push(10, "A");
		expect(poll(10, "A", { observed: 9 })).toBe("repeat");
	});

	test("is stale where the provider dates it before what the inbox remembers", () => {
		const { poll } = lane();
		expect(poll(0, "A", { time: -35 * 24 * 60 - 1 / minute })).toBe("stale");
		expect(poll(0, "A", { time: -35 * 24 * 60 })).toBe("new");
	});

	test("is stale where the provider dates it before the oldest of a full memory", () => {
		const { push, poll } = lane();
		for (let n = 1; n < valuesKept; n++) push(n * 10, `${n}`, { time: n * 10 });
		expect(poll(500, "before", { time: 9 })).toBe("new");
		expect(poll(1000, "again before", { time: 9 })).toBe("stale");
		expect(poll(1000, "after", { time: 10 })).toBe("new");
	});

	test("is the latest even where the provider dates another in the future", () => {
		const { push, poll } = lane();
		push(0, "A", { time: 600 });
		expect(poll(10, "B")).toBe("new");
		expect(poll(20, "B")).toBe("repeat");
	});

	test("stands for a quick return to an earlier state that a push could not", () => {
		const { push, poll } = lane();
		push(0, "A");
		push(1, "B");
		expect(push(2, "A")).toBe("repeat");
		expect(poll(4, "A")).toBe("new");
	});
});

describe("a claim", () => {
	test("is a late push, with key, of the state that a poll has brought", () => {
		const { push, poll } = lane();
		expect(poll(10, "A")).toBe("new");
		expect(push(20, "A", { key: "1", time: 5 })).toBe("claim");
		expect(push(21, "A", { key: "1", time: 5 })).toBe("repeat");
		expect(push(22, "A", { key: "2", time: 6 })).toBe("new");
		expect(poll(30, "A")).toBe("repeat");
	});

	test("is of the same type", () => {
		const { push, poll } = lane();
		poll(10, "A");
		expect(push(20, "A", { key: "1", time: 5, type: "made" })).toBe("new");
	});

	test("is not of a state observed before the delivery's own time, but for clocks that differ", () => {
		for (const [time, outcome] of [
			[10 + settleMs / minute, "claim"],
			[10 + (settleMs + 1) / minute, "new"],
		] as const) {
			const { push, poll } = lane();
			poll(10, "A");
			expect(push(20, "A", { key: "1", time })).toBe(outcome);
		}
	});

	test("is refuted by a webhook's state of another value dated between", () => {
		for (const [time, outcome] of [
			[5, "claim"],
			[5 + 1 / minute, "new"],
			[20 - 1 / minute, "new"],
			[20, "claim"],
		] as const) {
			const { push, poll } = lane();
			push(15, "B", { key: "b", time });
			poll(20, "A");
			expect(push(30, "A", { key: "a", time: 5 })).toBe(outcome);
		}
	});

	test("is refuted by a poll that saw another value between, but for clocks that differ", () => {
		for (const [minutes, outcome] of [
			[5 + settleMs / minute, "claim"],
			[5 + (settleMs + 1) / minute, "new"],
		] as const) {
			const { push, poll } = lane();
			poll(minutes, "B");
			poll(20, "A");
			expect(push(30, "A", { key: "a", time: 5 })).toBe(outcome);
		}
	});

	test("is not of a state between which and the delivery's own time something may be forgotten", () => {
		const { push, poll } = lane();
		push(7, "B", { key: "b", time: 7 });
		poll(10, "A");
		for (let n = 1; n < valuesKept; n++)
			push(n * 20, `${n}`, { key: `${n}`, time: n * 20 });
		expect(push(1000, "A", { key: "a", time: 5 })).toBe("new");
	});

	test("without a time of its own is of the latest state only", () => {
		const { push, poll } = lane();
		poll(10, "A");
		expect(push(11, "A", { key: "1" })).toBe("claim");
		poll(20, "B");
		poll(30, "C");
		expect(push(31, "B", { key: "2" })).toBe("new");
	});
});

describe("a push without key", () => {
	test("is a repeat of the latest state, however old", () => {
		const { push } = lane();
		push(0, "A");
		expect(push(30 * 24 * 60, "A")).toBe("repeat");
	});

	test("is a repeat of an earlier state for five minutes", () => {
		for (const [minutes, outcome] of [
			[5 - 1 / minute, "repeat"],
			[5, "new"],
		] as const) {
			const { push } = lane();
			push(0, "A");
			push(1, "B");
			expect(push(minutes, "A")).toBe(outcome);
		}
	});

	test("takes its place by its own time, and leaves the latest what it is", () => {
		const { push, poll } = lane();
		push(10, "B", { time: 10 });
		expect(push(11, "A", { time: 5 })).toBe("new");
		expect(push(12, "A", { time: 5 })).toBe("repeat");
		expect(push(13, "B", { time: 12 })).toBe("repeat");
		expect(poll(20, "B")).toBe("repeat");
	});

	test("that returns to a state is told from a retry by its own time", () => {
		const { push } = lane();
		push(0, "A", { time: 0 });
		push(1, "B", { time: 1 });
		expect(push(2, "A", { time: 2 })).toBe("new");
		expect(push(3, "A", { time: 0 })).toBe("repeat");
		expect(push(3, "B", { time: 1 })).toBe("repeat");
	});

	test("is a repeat of one that has its own time, also among others of that time", () => {
		const { push } = lane();
		push(0, "A", { time: 0 });
		push(1, "B", { time: 0 });
		expect(push(2, "A", { time: 0 })).toBe("repeat");
	});

	test("that comes after the poll which found its state is a repeat, also when the lane has moved on", () => {
		const { push, poll } = lane();
		poll(10, "A");
		poll(20, "B");
		expect(push(30, "A", { time: 5 })).toBe("repeat");
	});
});

describe("a recurring state", () => {
	const recurring = { recurring: true, withinMs: 10 * minute };

	test("is a repeat within its window, and happens anew outside of it", () => {
		for (const [minutes, outcome] of [
			[10 - 1 / minute, "repeat"],
			[10, "new"],
		] as const) {
			const { push } = lane();
			push(0, "A", recurring);
			expect(push(minutes, "A", recurring)).toBe(outcome);
		}
	});

	test("is found by its own time among all that are remembered", () => {
		const { push, poll } = lane();
		push(100, "A", recurring);
		push(130, "B", recurring);
		push(160, "A", recurring);
		for (const [time, outcome] of [
			[90, "new"],
			[90 + 1 / minute, "repeat"],
			[110 - 1 / minute, "repeat"],
			[110, "new"],
			[160, "repeat"],
		] as const)
			expect(poll(170, "A", { ...recurring, time })).toBe(outcome);
	});

	test("is recorded in one run, as many as a poll lists", () => {
		const { poll } = lane();
		const list = [0, 20, 40, 60] as const;
		for (const time of list)
			expect(poll(100, time === 40 ? "B" : "A", { ...recurring, time })).toBe(
				"new",
			);
		for (const time of list)
			expect(poll(110, time === 40 ? "B" : "A", { ...recurring, time })).toBe(
				"repeat",
			);
	});

	test("that a poll sees without a time only goes on", () => {
		const { push, poll } = lane();
		push(0, "A", recurring);
		expect(poll(60, "A", recurring)).toBe("repeat");
	});
});

describe("a lane's memory", () => {
	test("stays bounded, and keeps what happened last", () => {
		const { push, summary } = lane();
		for (let n = 0; n < 200; n++)
			push(2000 + n, `${n}`, { key: `${n}`, time: (n * 7919) % 2000 });
		const minutes = summary().values.map(({ time }) => (time - dawn) / minute);
		const last = Array.from({ length: 200 }, (_, n) => (n * 7919) % 2000)
			.toSorted((one, other) => one - other)
			.slice(-valuesKept);
		expect(minutes).toEqual(last);
		expect(summary().keys.map(({ key }) => key)).toEqual(
			Array.from({ length: keysKept }, (_, n) => `${200 - keysKept + n}`),
		);
	});
});

import { describe, expect, test } from "vitest";
import {
	type Arrival,
	dawn,
	empty,
	type Lane,
	lastOf,
	minute,
	second,
	take,
} from "../support/lanes/lane.ts";
import { letters } from "../support/lanes/schedule.ts";

/** A provider's state and our lane after some steps. */
interface History {
	now: number;
	changes: readonly { value: string; at: number; pushed: number }[];
	asked?: { change: number; at: number };
	lane: Lane;
	steps: readonly string[];
}

const beginning: History = { now: dawn, changes: [], lane: empty, steps: [] };

describe("a lane of states with a key and a time", () => {
	test.each([
		["70 s", 70 * second],
		["10 min", 10 * minute],
	])(
		"never tells of more than has happened, nor tells what it does not hold for the latest, in any history of nine steps, %s apart",
		(_, paceMs) => {
			let histories = 0;
			walk(beginning, 9, paceMs, ({ lane, changes, steps }) => {
				histories++;
				const { events, summary } = lane;
				const isPhantom = letters.some(
					(letter) =>
						events.filter(({ value }) => value === letter).length >
						changes.filter(({ value }) => value === letter).length,
				);
				if (isPhantom) expect.fail(`a phantom: ${steps.join(", ")}`);
				if (lastOf(events)?.value !== summary.states.at(-1)?.value)
					expect.fail(`another latest: ${steps.join(", ")}`);
			});
			expect(histories).toBeGreaterThan(170_000);
		},
	);
});

/** Visits every history of so many steps, with four changes at most and each pushed twice at most. */
function walk(
	history: History,
	left: number,
	paceMs: number,
	visit: (history: History) => void,
): void {
	visit(history);
	if (left === 0) return;
	const now = history.now + paceMs;
	for (const next of nextOf(history, now)) walk(next, left - 1, paceMs, visit);
}

function* nextOf(history: History, now: number): Generator<History> {
	const { changes, asked, steps } = history;
	const latest = changes.at(-1)?.value;
	// which letters they are makes no difference: the next new one is enough
	const known = new Set(changes.map(({ value }) => value)).size;
	for (const value of letters.slice(0, known + 1)) {
		if (changes.length === 4 || value === latest) continue;
		const changed = [...changes, { value, at: now, pushed: 0 }];
		yield { ...history, now, changes: changed, steps: [...steps, value] };
	}
	for (const [change, { value, at, pushed }] of changes.entries()) {
		if (pushed === 2) continue;
		const told = { value, key: `${change}`, body: `${change}`, time: at };
		const sent = changes.with(change, { value, at, pushed: pushed + 1 });
		yield hear({ ...history, now, changes: sent }, change, {
			...told,
			via: "webhook",
		});
	}
	if (asked) {
		const { value = "" } = changes[asked.change] ?? {};
		const answered = { ...history, now, asked: undefined };
		yield hear(answered, asked.change, { value, via: "poll" }, asked.at);
	} else if (changes.length > 0) {
		const asked = { change: changes.length - 1, at: now };
		yield { ...history, now, asked, steps: [...steps, "ask"] };
	}
}

function hear(
	history: History,
	change: number,
	told: Pick<Arrival["incoming"], "via" | "value" | "key" | "body" | "time">,
	asked?: number,
): History {
	const { now, lane, steps } = history;
	const incoming = { withinMs: minute, recurring: false, ...told };
	const taken = take(lane, { incoming, now, asked, change });
	const step = `${told.via} ${change} ${told.value}: ${taken.outcome}`;
	return { ...history, lane: taken.lane, steps: [...steps, step] };
}

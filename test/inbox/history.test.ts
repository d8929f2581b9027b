import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	decide,
	type Incoming,
	nothing,
	valuesKept,
} from "../../functions/inbox/decide.ts";
import {
	after,
	beginning,
	dawn,
	type History,
	isSeen,
	type Manner,
	type Step,
} from "../support/history.ts";
import { holds } from "../support/property.ts";

const minute = 60_000;
const hour = 60 * minute;

interface Sender extends Manner {
	says: string;
	/** a push that says nothing of its time cannot be put in its place when a later one has come first */
	inOrder?: boolean;
	paces: readonly number[];
}

const coarse = 10 * minute;
const fine = 50_000;
const senders: readonly Sender[] = [
	{ says: "an id and a time", keyed: true, dated: true, paces: [coarse, fine] },
	{ says: "a time", keyed: false, dated: true, paces: [coarse, fine] },
	{
		says: "an id and a time of a clock that is slow",
		keyed: true,
		dated: true,
		skewMs: -90_000,
		paces: [coarse],
	},
	{
		says: "an id and a time of a clock that is fast",
		keyed: true,
		dated: true,
		skewMs: 90_000,
		paces: [coarse],
	},
	{
		says: "an id",
		keyed: true,
		dated: false,
		inOrder: true,
		paces: [coarse, fine],
	},
	{
		says: "no more than the state",
		keyed: false,
		dated: false,
		inOrder: true,
		paces: [coarse, fine],
	},
];

describe("a lane makes one event of each change that was seen", () => {
	for (const sender of senders) {
		const order = sender.inOrder ? "" : ", reordered";
		const title = `though pushes that say ${sender.says} are lost, late, doubled${order}, with polls between`;

		test(`${title}: in every short history`, () => {
			for (const paceMs of sender.paces) {
				let histories = 0;
				walk(beginning, 9, sender, paceMs, (history) => {
					histories++;
					judge(history, sender);
				});
				expect(histories).toBeGreaterThan(15_000);
			}
		});

		test(`${title}: in long ones`, () => {
			const step = fc.oneof(
				fc.constantFrom<Step>("change A", "change B", "change C"),
				fc.constantFrom<Step>("ask", "hear"),
				fc.nat(4),
			);
			const pace = fc.constantFrom(
				...sender.paces.flatMap((ms) => [ms, 9 * ms]),
			);
			const steps = fc.array(fc.tuple(step, pace), { maxLength: 60 });
			const long = fc.property(steps, (chosen) => {
				let history = beginning;
				for (const [choice, paceMs] of chosen) {
					const step: Step =
						typeof choice === "string"
							? choice
							: `push ${history.changes.length - 1 - choice}`;
					if (may(history, step, sender))
						history = after(history, step, paceMs, sender) ?? history;
				}
				// what a memory forgets that is full, another test tells
				fc.pre(history.events.length < valuesKept);
				judge(history, sender);
			});
			holds(long, { numRuns: 2000 });
		});
	}
});

/** Visits every history of so many steps, with three changes at most and each pushed twice at most. */
function walk(
	history: History,
	steps: number,
	sender: Sender,
	paceMs: number,
	visit: (history: History) => void,
): void {
	visit(history);
	if (steps === 0) return;
	const { changes } = history;
	// which letters they are makes no difference: the next new one is enough
	const known = new Set(changes.map(({ value }) => value)).size;
	const letters = ["A", "B", "C"].slice(0, known + 1);
	const choices: Step[] = [
		...(changes.length < 3 ? letters : []).map(
			(value): Step => `change ${value}`,
		),
		...changes.flatMap(({ pushed }, nth): Step[] =>
			pushed < 2 ? [`push ${nth}`] : [],
		),
		"ask",
		"hear",
	];
	for (const step of choices) {
		if (!may(history, step, sender)) continue;
		const next = after(history, step, paceMs, sender);
		if (next) walk(next, steps - 1, sender, paceMs, visit);
	}
}

function may({ changes }: History, step: Step, { inOrder }: Sender): boolean {
	const [what, nth] = step.split(" ");
	if (what !== "push" || !inOrder) return true;
	return !changes.slice(Number(nth) + 1).some(isSeen);
}

/** No step may break a law; and a poll that sees, an hour later, how things are has its say once and comes to rest. */
function judge(history: History, sender: Sender): void {
	const { asked: _, ...calm } = history;
	let end: History = calm;
	for (const step of ["ask", "hear", "ask", "hear"] as const)
		end = after(end, step, hour, sender) ?? end;
	const heard = end.steps.filter((step) => step.startsWith("hear")).slice(-2);
	const rests =
		end.changes.length === 0 ||
		(!heard[0]?.endsWith("stale") && heard[1]?.endsWith("repeat"));
	const broken = end.broken ?? (rests ? undefined : "a poll comes to rest");
	if (broken) expect.fail(`${broken}: ${end.steps.join(", ")}`);
}

describe("a lane of what recurs", () => {
	const within = 10 * minute;
	const fact = fc.record({
		value: fc.constantFrom("A", "B"),
		pushes: fc.array(fc.nat(within - 1), { maxLength: 2 }),
	});
	const recurring = { type: "failed", withinMs: within, recurring: true };

	test("makes one event of each fact that was pushed or listed, pushes undated and lists dated", () => {
		const property = fc.property(
			fc.array(fact, { maxLength: valuesKept }),
			fc.array(fc.nat(valuesKept * 20), { maxLength: 5 }),
			(facts, polls) => {
				const dated = facts.map((each, nth) => ({
					...each,
					at: dawn + nth * 2 * within,
				}));
				const pushed = dated.flatMap(({ value, at, pushes }) =>
					pushes.map((delay) => ({
						now: at + delay,
						told: [{ ...recurring, via: "webhook" as const, value }],
					})),
				);
				const listed = polls.map((minutes) => {
					const now = dawn + minutes * minute;
					const told = dated
						.filter(({ at }) => at <= now)
						.map(({ value, at }): Incoming => {
							const poll = { via: "poll", observed: now } as const;
							return { ...recurring, ...poll, value, time: at };
						});
					return { now, told };
				});
				let summary = nothing;
				let events = 0;
				for (const { now, told } of [...pushed, ...listed].toSorted(
					(one, other) => one.now - other.now,
				)) {
					for (const incoming of told) {
						const moment = { now, rememberedSince: dawn - hour };
						const decision = decide(summary, incoming, moment);
						if (decision.outcome === "new") events++;
						if ("summary" in decision) summary = decision.summary;
					}
				}
				const last = Math.max(...listed.map(({ now }) => now));
				const seen = dated.filter(
					({ at, pushes }) => pushes.length > 0 || at <= last,
				);
				expect(events).toBe(seen.length);
			},
		);
		holds(property, { numRuns: 3000 });
	});
});

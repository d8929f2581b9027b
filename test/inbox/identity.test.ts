import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
	digestOf,
	once,
	onceId,
	partitionOf,
	state,
	stateId,
} from "../../functions/inbox/identity.ts";
import { hourOf, laneOf, onceKey } from "../../functions/inbox/item.ts";
import { type Cloud, engines, openCloud } from "../support/cloud.ts";
import { holds } from "../support/property.ts";
import { openStore } from "../support/store.ts";

const minute = 60_000;

describe("an event's id", () => {
	test("never changes: a stored one must be met again by the next version", () => {
		const key = ["INV-2025-00123", "paid"];
		const fact = { type: "invoice.paid", subject: "INV-2025-00123", key };
		expect(onceId("toy", fact)).toBe(
			"fqAWv7MX4BuzvsCb2dNlcS1EqL2WVBhDNszgBzmFmk0",
		);
		const change = { subject: "é 💶", lane: "invoice", number: 7 };
		const recordedtime = "2026-11-21T13:07:00.000Z";
		const id = stateId("toy", { ...change, recordedtime });
		expect(id).toBe("Yg__Qd5DA_-MLaUnCR8RJ5pSQhVS_P5n9pAePWeO2zM");
		expect(partitionOf("é 💶")).toBe(
			"beea9ca5863ecd91f092abaf0c65b39f5962c9308129475b260af5fb93a5c66a",
		);
		expect(onceKey("é 💶", id).sk).toBe("once#Yg__Qd5DA_-MLaUnCR8RJ5");
		expect(laneOf("é 💶", "invoice").prefix).toBe(
			"lane#yJg3nqYjjsrZezUd4Jd8b_#",
		);
		expect(hourOf(recordedtime, id)).toBe("2026-11-21T13#02");
	});

	test("differs where anything it is made of does, however the parts are split", () => {
		const text = fc.string({ unit: "grapheme", maxLength: 3 });
		const parts = fc.tuple(text, text, text, fc.array(text, { maxLength: 3 }));
		const ids = new Map<string, string>();
		const property = fc.property(parts, (chosen) => {
			const [provider, type, subject, key] = chosen;
			const id = onceId(provider, { type, subject, key });
			const known = ids.get(id) ?? JSON.stringify(chosen);
			expect(known).toBe(JSON.stringify(chosen));
			ids.set(id, known);
		});
		holds(property, { numRuns: 3000 });
	});

	test("of a state is never that of a `once`", () => {
		const at = "2026-11-21T13:07:00.000Z";
		const [provider, subject, lane, number] = ["toy", "s", "l", 1];
		const one = stateId(provider, { subject, lane, number, recordedtime: at });
		const fact = { type: subject, subject: lane, key: [`${number}`, at] };
		expect(onceId(provider, fact)).not.toBe(one);
		expect(digestOf(provider, subject, lane, `${number}`, at)).not.toBe(one);
	});
});

describe.each(engines)("on %s", (engine) => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud({ engine });
	});
	afterAll(() => cloud[Symbol.asyncDispose]());

	test.each([
		["a fact", once("1")],
		["a state", state({ value: "A" })],
		["a state with a key", state({ value: "A", key: "1" })],
		["a state that recurs", state({ value: "A", recurring: true })],
	])(
		"fifty copies of %s at once make one event and fifty answers, one of them new",
		async (_, identity) => {
			const { push, events } = await openStore(cloud);
			const copies = Array.from({ length: 50 }, () => push(identity));
			const outcomes = (await Promise.all(copies)).map(
				({ outcome }) => outcome,
			);
			expect(outcomes.toSorted()).toEqual(["new", ...Array(49).fill("repeat")]);
			expect(await events()).toHaveLength(1);
		},
	);

	test("fifty changes at once make fifty events, numbered without a gap", async () => {
		const { push, events } = await openStore(cloud);
		const changes = Array.from({ length: 50 }, (_, n) =>
			push(state({ value: `${n % 3}`, key: `${n}` })),
		);
		const recorded = await Promise.all(changes);
		expect(recorded.map(({ outcome }) => outcome)).toEqual(
			Array(50).fill("new"),
		);
		const found = await events();
		const numbers = found.map(({ sequence }) =>
			`${sequence}`.split("-").at(-1),
		);
		expect(numbers.map(Number)).toEqual(
			Array.from({ length: 50 }, (_, n) => n + 1),
		);
		expect(new Set(found.map(({ id }) => id))).toEqual(
			new Set(recorded.map(({ id }) => id)),
		);
	});

	test("A, B, A are three events, and two within a minute; A, A is one", async () => {
		for (const [minutes, count] of [
			[1 - 1 / minute, 2],
			[1, 3],
		] as const) {
			const { push, wait, events } = await openStore(cloud);
			await push(state({ value: "A" }));
			await push(state({ value: "A" }));
			await push(state({ value: "B" }));
			wait(minutes);
			await push(state({ value: "A" }));
			await push(state({ value: "A" }));
			expect(await events()).toHaveLength(count);
		}
	});

	test("deliveries, retries, copies at once, late arrivals and steps of the clock make the events of a ten-line model", async () => {
		const { push, poll, clock, events } = await openStore(cloud);
		const expected: string[] = [];
		let runs = 0;
		const property = fc.asyncProperty(scripts, async (script) => {
			const subject = `s${runs++}`;
			const isNew = model();
			for (const { stepMs, deliveries } of script) {
				clock.now += stepMs;
				const news = deliveries.filter((each) => isNew(each, clock.now));
				expected.push(
					...news.map(
						({ kind, key, value }) => `${subject} ${kind} ${key ?? value}`,
					),
				);
				const answers = deliveries.flatMap(({ doors, ...each }) =>
					doors.map((door) => {
						const { identity, data, ...about } = told(each, subject);
						return door === "poll"
							? poll(identity, { ...about, body: data })
							: push(identity, { ...about, text: JSON.stringify(data) });
					}),
				);
				const recorded = await Promise.all(answers);
				const outcomes = recorded.map(({ outcome }) => outcome);
				expect(outcomes.filter((each) => each === "new")).toHaveLength(
					news.length,
				);
				expect(outcomes).not.toContain("conflict");
			}
		});
		await holds(property, { numRuns: 20 });
		const found = await events();
		expect(found.map(({ data }) => data).toSorted()).toEqual(
			expected.toSorted(),
		);
		expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
		const plain = found.filter(({ lane }) => lane === "plain");
		const lanes = Object.groupBy(plain, ({ subject }) => `${subject}`);
		for (const lane of Object.values(lanes)) {
			const sequences = lane?.map(({ sequence }) => `${sequence}`);
			expect(sequences).toEqual(sequences?.toSorted());
		}
	});
});

/** A fact is known by its key; a state without one is compared with the last, and for a minute with each. */
function model() {
	const keys = new Set<string>();
	const states: { value: string; at: number }[] = [];
	return ({ kind, key, value }: Fact, clock: number): boolean => {
		if (key !== undefined) return keys.size < keys.add(`${kind} ${key}`).size;
		const now = Math.max(clock, states.at(-1)?.at ?? 0);
		const recent = states.filter(({ at }) => now - at < minute);
		const known = [...recent, ...states.slice(-1)];
		if (known.some((each) => each.value === value)) return false;
		return states.push({ value, at: now }) > 0;
	};
}

interface Fact {
	kind: "fact" | "keyed" | "plain";
	key?: string;
	value: string;
	/** minutes after midnight, in any order */
	time?: number;
}

function told({ kind, key, value, time }: Fact, subject: string) {
	return {
		identity:
			kind === "fact" ? once(`${key}`) : state({ lane: kind, value, key }),
		subject,
		type: kind,
		time:
			time === undefined
				? undefined
				: new Date(Date.UTC(2030, 0, 1) + time * minute),
		data: `${subject} ${kind} ${key ?? value}`,
	};
}

const doors = fc.array(fc.constantFrom("webhook", "poll"), {
	minLength: 1,
	maxLength: 4,
});
const deliveries = fc
	.tuple(
		fc.uniqueArray(fc.nat(5), { maxLength: 2 }),
		fc.uniqueArray(fc.nat(9), { maxLength: 3 }),
		fc.array(fc.constantFrom("A", "B", "C"), { maxLength: 1 }),
		fc.array(doors, { minLength: 6, maxLength: 6 }),
	)
	.map(([facts, keyed, plain, ways]) => {
		const all: Fact[] = [
			...facts.map((key) => ({
				kind: "fact" as const,
				key: `${key}`,
				value: "",
			})),
			...keyed.map((key) => ({
				kind: "keyed" as const,
				key: `${key}`,
				value: `${key % 3}`,
				time: (key * 7) % 10,
			})),
			...plain.map((value) => ({ kind: "plain" as const, value })),
		];
		return all.map((each, nth) => {
			const doors = ways[nth] ?? [];
			// how things were a moment ago is no news to a poll
			const isFact = each.kind === "fact";
			return { ...each, doors: isFact ? doors : doors.map(() => "webhook") };
		});
	});
const stepMs = fc
	.constantFrom(0, 1 / 60, 59 / 60, 1, 2, 60, 1440, -1, -60, -1440)
	.map((minutes) => minutes * minute);
const scripts = fc.array(fc.record({ stepMs, deliveries }), { maxLength: 12 });

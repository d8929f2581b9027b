import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { once, state } from "../../functions/inbox/identity.ts";
import { sequenceOf } from "../../functions/inbox/item.ts";
import { record } from "../../functions/inbox/record.ts";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";
import { type Cloud, engines, openCloud } from "../support/cloud.ts";
import { chanceOf, seeds } from "../support/lanes/chance.ts";
import { arrivalsOf, factsOf } from "../support/lanes/facts.ts";
import {
	type Arrival,
	day,
	empty,
	hour,
	minute,
	second,
	take,
} from "../support/lanes/lane.ts";
import { endOf, type Profile, scheduleOf } from "../support/lanes/schedule.ts";
import { senders } from "../support/lanes/senders.ts";
import { holds } from "../support/property.ts";
import { openStore } from "../support/store.ts";

const runs = 12;
const memoryDays = 400;
type Inbox = Awaited<ReturnType<typeof openStore>>;

const polled = senders.filter(
	({ unpolled, says }) =>
		["Marosa", "CamInvoice", "DealPOS payments"].includes(says) && !unpolled,
);

describe.each(engines)("on %s", (engine) => {
	let cloud: Cloud;
	beforeAll(async () => {
		cloud = await openCloud({ engine });
	});
	afterAll(() => cloud[Symbol.asyncDispose]());

	test.each(polled.map((sender) => [sender.says, sender] as const))(
		"a lane of %s does as it is decided, and a consumer ends on what the provider holds",
		async (_, sender) => {
			const inbox = await openStore(cloud, { retentionDays: memoryDays });
			const truths = new Map<string, string | undefined>();
			const told: string[] = [];
			const law = fc.asyncProperty(seeds, async (seed) => {
				const subject = `${truths.size}`;
				const profile: Profile = seed % 2 ? "hostile" : "realistic";
				const schedule = scheduleOf(seed, sender, profile);
				truths.set(subject, schedule.changes.at(-1)?.value);
				let lane = empty;
				for (const arrival of [
					...schedule.arrivals,
					...endOf(schedule, sender),
				]) {
					const taken = take(lane, arrival);
					lane = taken.lane;
					const outcome = await hear(inbox, subject, arrival);
					if (outcome !== taken.outcome)
						throw new Error(`${outcome}, not ${taken.outcome}`);
				}
				for (const { value, place, number } of lane.events)
					told.push(`${subject} ${value} ${sequenceOf(place, number)}`);
			});
			await holds(law, { numRuns: runs });
			const events = await inbox.events();
			expect(
				events.map(
					({ subject, data, sequence }) =>
						`${subject} ${(data as { value: string }).value} ${sequence}`,
				),
			).toEqual(told);
			for (const [subject, truth] of truths) {
				const last = events
					.filter((event) => event.subject === subject)
					.reduce((one, other) =>
						`${one.sequence}` > `${other.sequence}` ? one : other,
					);
				expect(last.data).toMatchObject({ value: truth });
			}
		},
	);

	test("what recurs is one event of each fact, pushed undated, listed with its time, or both", async () => {
		const inbox = await openStore(cloud, { retentionDays: memoryDays });
		let expected = 0;
		let subjects = 0;
		const law = fc.asyncProperty(seeds, async (seed) => {
			const happened = factsOf(seed, { most: 5, unknownZone: seed % 2 === 0 });
			const subject = `fact ${++subjects}`;
			for (const arrival of arrivalsOf(happened))
				await hear(inbox, subject, arrival);
			expected += happened.facts.length;
		});
		await holds(law, { numRuns: runs });
		expect(await inbox.events()).toHaveLength(expected);
	});

	test.each([
		["of a key and a time", true],
		["without either", false],
	])(
		"a lane %s that expires between its changes ends on what the provider holds, once it is polled",
		async (_, isKeyed) => {
			let lanes = 0;
			const inbox = await openStore(cloud);
			const law = fc.asyncProperty(seeds, async (seed) => {
				const chance = chanceOf(seed);
				const about = { subject: `lane ${++lanes}` };
				let value = "";
				for (let change = 0; change < 5; change++) {
					value = chance.one(value === "A" ? ["B", "C"] : ["A"]);
					const time = new Date(inbox.clock.now);
					const told = { ...about, text: JSON.stringify({ value }) };
					const key = `${about.subject} ${change}`;
					if (chance.is(0.5))
						await (isKeyed
							? inbox.push(state({ value, key }), { ...told, time })
							: inbox.push(state({ value }), told));
					inbox.wait(chance.one([7, 600, 34 * 1440, 36 * 1440, 90 * 1440]));
					await expire(cloud, inbox);
					const seen = { ...about, body: { value } };
					await inbox.poll(state({ value }), seen);
				}
				const last = (await inbox.events())
					.filter(({ subject }) => subject === about.subject)
					.reduce((one, other) =>
						`${one.sequence}` > `${other.sequence}` ? one : other,
					);
				expect(last.data).toEqual({ value });
			});
			await holds(law, { numRuns: 6 });
		},
	);

	describe("a poll whose provider has not changed", () => {
		const dated = (ms: number) => ({ time: new Date(ms) });
		const kinds = [
			["a state", () => state({ value: "A" }), () => ({})],
			["a state with a key", () => state({ value: "A", key: "a" }), () => ({})],
			["a fact", () => once("1"), () => ({})],
			["a dated fact", () => once("1"), dated],
			["what recurs", () => state({ value: "A", recurring: true }), dated],
		] as const;

		test.each(kinds)(
			"recovers nothing of %s, whatever has expired, while it looks again within nine tenths of the memory",
			async (_, identity, about) => {
				for (let seed = 1; seed <= 4; seed++) {
					const chance = chanceOf(seed);
					const inbox = await openStore(cloud);
					const start = inbox.clock.now;
					const seen = identity();
					const unkeyed = {
						...seen,
						key: seen.kind === "once" ? seen.key : undefined,
					};
					if (chance.is(0.5)) await inbox.push(seen);
					else await inbox.poll(unkeyed as typeof seen, about(start));
					for (let look = 0; look < 6; look++) {
						inbox.wait(
							(0.9 * 35 * day * chance.one([1, 1, chance.next()])) / minute,
						);
						await expire(cloud, inbox);
						const { outcome } = await inbox.poll(
							unkeyed as typeof seen,
							about(start),
						);
						expect(["repeat", "claim", "stale"]).toContain(outcome);
					}
					expect(await inbox.events()).toHaveLength(1);
				}
			},
		);

		test("tells a state again where it looks later than the memory lasts, and never a dated fact", async () => {
			for (const [late, outcome] of [
				[-second, "repeat"],
				[0, "new"],
			] as const) {
				const inbox = await openStore(cloud);
				await inbox.push(state({ value: "A" }));
				inbox.wait((35 * day + late) / minute);
				await expire(cloud, inbox);
				expect((await inbox.poll(state({ value: "A" }))).outcome).toBe(outcome);
			}
			const inbox = await openStore(cloud);
			const time = new Date(inbox.clock.now - hour);
			await inbox.push(once("1"));
			await inbox.push(state({ value: "A", recurring: true }));
			inbox.wait((35 * day + second) / minute);
			await expire(cloud, inbox);
			for (const identity of [
				once("1"),
				state({ value: "A", recurring: true }),
			])
				expect((await inbox.poll(identity, { time })).outcome).toBe("stale");
		});
	});
});

/** What the table's own expiry does, sooner or later. */
async function expire(cloud: Cloud, { table, clock }: Inbox): Promise<void> {
	const { Items = [] } = await cloud.dynamodb.send(
		new ScanCommand({ TableName: table, ConsistentRead: true }),
	);
	for (const { pk, sk, expires } of Items) {
		if (!pk || !sk || Number(expires?.N) * 1000 > clock.now) continue;
		const Key = { pk, sk };
		await cloud.dynamodb.send(new DeleteItemCommand({ TableName: table, Key }));
	}
}

/** Brings an arrival of the model to the real inbox. */
async function hear(
	{ store, clock }: Inbox,
	subject: string,
	{ incoming, now, asked, change }: Arrival,
): Promise<string> {
	const { via, value, key, first, time, otherTimes } = incoming;
	clock.now = now;
	const observation = {
		type: "moved",
		subject,
		time: time === undefined ? undefined : new Date(time),
		otherTimes: otherTimes?.map((other) => new Date(other)),
		identity: state({
			value,
			key,
			first: first === undefined ? undefined : { type: "made", key: first },
			withinSeconds: incoming.withinMs / 1000,
			recurring: incoming.recurring,
		}),
		body: { value, change: via === "webhook" ? change : null },
	};
	const observedAt = asked === undefined ? undefined : new Date(asked);
	const traceparent = newTraceparent();
	const recording = { provider: "toy", observation, observedAt, traceparent };
	return (await record({ ...recording, via }, store)).outcome;
}

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { statesKept } from "../../functions/inbox/summary.ts";
import { type Account, live } from "../support/lanes/account.ts";
import { seeds } from "../support/lanes/chance.ts";
import { arrivalsOf, type Facts, factsOf } from "../support/lanes/facts.ts";
import { empty, take } from "../support/lanes/lane.ts";
import { type Profile, scheduleOf } from "../support/lanes/schedule.ts";
import { senders } from "../support/lanes/senders.ts";
import { holds } from "../support/property.ts";

const runs = 20_000;
const profiles: readonly Profile[] = ["realistic", "hostile"];
const cases = senders.flatMap((sender) =>
	profiles.map((profile) => [sender.says, profile, sender] as const),
);

describe("a lane of states, lost, late, doubled, reordered, and polled", () => {
	test.each(cases)(
		"of %s (%s) keeps the laws without exception, and loses and doubles no more than it must",
		(_, profile, sender) => {
			const total = { changes: 0, lost: 0, kept: 0, twice: 0 };
			const laws = fc.property(seeds, (seed) => {
				const account = live(scheduleOf(seed, sender, profile), sender);
				addTo(total, account);
				const [broken] = account.broken;
				if (broken) throw new Error(broken);
			});
			holds(laws, { numRuns: runs });
			// half as many again, and what chance may add to a few
			const [lost = 0, kept = 0, twice = 0] = sender[profile]
				.map((rate) => (rate * total.changes) / 1e6)
				.map((due) => 1.5 * due + 3 * Math.sqrt(due) + 2);
			expect(total.lost).toBeLessThanOrEqual(lost);
			expect(total.kept).toBeLessThanOrEqual(kept);
			expect(total.twice).toBeLessThanOrEqual(twice);
		},
	);
});

describe("a lane of what recurs", () => {
	test("makes one event of each fact, pushed undated, listed with its time, or both", () => {
		const law = fc.property(seeds, (seed) => judge(factsOf(seed, { most: 8 })));
		holds(law, { numRuns: runs });
	});

	test("makes one event of each fact under a zone that nobody knows", () => {
		const law = fc.property(seeds, (seed) =>
			judge(factsOf(seed, { most: 8, unknownZone: true })),
		);
		holds(law, { numRuns: runs });
	});

	test("tells nothing again that it has forgotten, though a list goes on to show it", () => {
		const most = 4 * statesKept;
		const law = fc.property(seeds, (seed) =>
			judge(factsOf(seed, { most, everyRead: true })),
		);
		holds(law, { numRuns: 1000 });
	});
});

function judge(happened: Facts): void {
	let lane = empty;
	for (const arrival of arrivalsOf(happened)) lane = take(lane, arrival).lane;
	const { length: events } = lane.events;
	const { length: facts } = happened.facts;
	if (events !== facts) throw new Error(`${events} events of ${facts} facts`);
}

function addTo(
	total: Pick<Account, "changes" | "lost" | "kept" | "twice">,
	account: Account,
): void {
	total.changes += account.changes;
	total.lost += account.lost;
	total.kept += account.kept;
	total.twice += account.twice;
}

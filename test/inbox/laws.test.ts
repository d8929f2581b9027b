import { describe, expect, test } from "vitest";
import { statesKept } from "../../functions/inbox/summary.ts";
import { type Account, live } from "../support/lanes/account.ts";
import { check } from "../support/lanes/check.ts";
import { factsOf, liveFacts } from "../support/lanes/facts.ts";
import { type Profile, scheduleOf } from "../support/lanes/schedule.ts";
import { senders } from "../support/lanes/senders.ts";

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
			check("the laws of a lane", runs, (seed) => {
				const account = live(scheduleOf(seed, sender, profile), sender);
				addTo(total, account);
				return account.broken[0];
			});
			// a few of so few are chance
			const [lost = 0, kept = 0, twice = 0] = sender[profile].map(
				(rate) => 2 + (1.5 * rate * total.changes) / 1e6,
			);
			expect(total.lost).toBeLessThanOrEqual(lost);
			expect(total.kept).toBeLessThanOrEqual(kept);
			expect(total.twice).toBeLessThanOrEqual(twice);
		},
	);
});

describe("a lane of what recurs", () => {
	test("makes one event of each fact, pushed undated, listed with its time, or both", () => {
		check("events are facts", runs, (seed) => {
			const { facts, events } = liveFacts(factsOf(seed, { most: 8 }));
			return events === facts ? undefined : `${events} of ${facts}`;
		});
	});

	test("tells nothing again that it has forgotten, though a list goes on to show it", () => {
		check("events are facts", 1000, (seed) => {
			const many = factsOf(seed, { most: 4 * statesKept, everyRead: true });
			const { facts, events } = liveFacts(many);
			return events === facts ? undefined : `${events} of ${facts}`;
		});
	});
});

function addTo(
	total: Pick<Account, "changes" | "lost" | "kept" | "twice">,
	account: Account,
): void {
	total.changes += account.changes;
	total.lost += account.lost;
	total.kept += account.kept;
	total.twice += account.twice;
}

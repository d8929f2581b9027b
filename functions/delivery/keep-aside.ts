import { type Issue, quarantine } from "../inbox/quarantine.ts";
import { type Answer, answerProblem } from "./answer.ts";
import type { Delivery } from "./delivery.ts";
import type { Judged } from "./endpoint.ts";

/** Answers a delivery that cannot be an event, once quarantine holds it. */
export async function keepAside(
	delivery: Delivery,
	reason: "not-json" | "invalid" | "unproven",
	found: { status: number; title: string; issues: Issue[] },
	{ store, keeps }: Judged,
): Promise<Answer> {
	const { first } = await quarantine(
		{ delivery, reason, issues: found.issues, keeps },
		store,
	);
	return answerProblem("quarantined", found, {
		metrics: { Quarantined: first ? 1 : 0 },
		about: { reason },
	});
}

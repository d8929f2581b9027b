import { type Issue, quarantine } from "../inbox/quarantine.ts";
import { type Answer, answerProblem, answerSuccess } from "./answer.ts";
import type { Delivery } from "./delivery.ts";
import type { Judged } from "./endpoint.ts";

/** Answers a delivery that cannot be an event, once quarantine holds it. */
export async function keepAside(
	delivery: Delivery,
	reason: "not-json" | "invalid" | "unproven",
	found: { status: number; title: string; issues: Issue[] },
	{ provider, store, keeps }: Judged,
): Promise<Answer> {
	const { first } = await quarantine(
		{ delivery, reason, issues: found.issues, keeps },
		store,
	);
	const extras = {
		metrics: { Quarantined: first ? 1 : 0 },
		about: { reason },
	};
	// a wrong proof is refused whatever the sender makes of it
	return provider.unreadable === 200 && reason !== "unproven"
		? answerSuccess("quarantined", provider.answer, extras)
		: answerProblem("quarantined", found, extras);
}

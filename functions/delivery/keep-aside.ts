import type { Issue } from "../inbox/quarantine.ts";
import { type Answer, answerProblem, answerSuccess } from "./answer.ts";
import type { Delivery } from "./delivery.ts";
import type { Judged } from "./endpoint.ts";

/** Answers a delivery that cannot be an event, once quarantine holds it. */
export async function keepAside(
	delivery: Delivery,
	reason: "not-json" | "invalid" | "unproven",
	found: { status: number; title: string; issues: Issue[] },
	{ provider, putAside }: Judged,
): Promise<Answer> {
	const { issues } = found;
	const kept = await putAside({ delivery, reason, issues });
	const extras = {
		metrics: { Quarantined: kept.first ? 1 : 0 },
		about: { quarantined: [kept] },
	};
	// a wrong proof is refused whatever the sender makes of it
	return provider.unreadable === 200 && reason !== "unproven"
		? answerSuccess("quarantined", provider.answer, extras)
		: answerProblem("quarantined", found, extras);
}

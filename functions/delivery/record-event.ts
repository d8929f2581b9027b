import type { Observation } from "../inbox/observation.ts";
import { type Recorded, record } from "../inbox/record.ts";
import { type Answer, answerSuccess, type Fact } from "./answer.ts";
import type { Genuine } from "./auth.ts";
import type { Judged } from "./endpoint.ts";

export const swallowed = {
	conflict: "was already taken on under this identity with other content",
	return:
		"is a copy of an earlier state, or a return to it: the two cannot be told apart so soon",
};

export function recordOne(
	observation: Observation,
	text: string,
	{ traceparent }: Genuine,
	{ provider, store, again }: Judged,
): Promise<Recorded> {
	return record(
		{
			provider: provider.name,
			via: "webhook",
			observation: again?.isNoCopy ? noCopy(observation) : observation,
			text,
			traceparent,
			receivedAt: again?.receivedAt,
		},
		store,
	);
}

function noCopy(observation: Observation): Observation {
	const { identity } = observation;
	return identity.kind === "once"
		? observation
		: { ...observation, identity: { ...identity, withinSeconds: 0 } };
}

/** A claim's own id is no event's. */
export function factOf({ outcome, type, pk, id }: Recorded): Fact {
	return outcome === "claim"
		? { outcome, type, pk }
		: { outcome, type, pk, id };
}

/** Answers once the event is durable. */
export async function recordEvent(
	observation: Observation,
	text: string,
	delivery: Genuine,
	endpoint: Judged,
): Promise<Answer> {
	const { provider, putAside } = endpoint;
	const recorded = await recordOne(observation, text, delivery, endpoint);
	const { outcome, type } = recorded;
	const about = { events: [factOf(recorded)] };
	if (outcome === "new")
		return answerSuccess("accepted", provider.answer, {
			metrics: { Recorded: 1 },
			about,
		});
	if (outcome !== "conflict" && outcome !== "return")
		return answerSuccess("duplicate", provider.answer, {
			metrics: { Duplicate: 1 },
			about,
		});
	const issues = [{ path: "", message: `${type} ${swallowed[outcome]}` }];
	const kept = await putAside({ delivery, reason: outcome, issues });
	// most returns are a late copy of what is known: no alarm
	const metrics: Record<string, number> =
		outcome === "return"
			? { Returned: 1 }
			: { Conflict: 1, Quarantined: kept.first ? 1 : 0 };
	return answerSuccess("quarantined", provider.answer, {
		metrics,
		about: { ...about, quarantined: [kept] },
	});
}

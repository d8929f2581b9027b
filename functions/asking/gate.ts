import { type Breaker, closed, failed, tryBreaker } from "./breaker.ts";
import { type Budget, type Spent, spend } from "./budget.ts";
import { exhausted, retryAfter, windowEnd } from "./limits.ts";

/** What stands between us and a provider: everything that can say "not now", kept from run to run. */
export interface Gate {
	spent: Spent;
	breaker: Breaker;
	/** epoch ms; the provider itself asked us to stay away until then */
	notBefore?: number;
}

export const open: Gate = { spent: [], breaker: closed };

export type Reason = "breaker" | "provider" | "budget";

const tooManySeconds = 60;

/** Whether one more request may be sent now; the gate that comes back counts it. */
export function pass(
	gate: Gate,
	budget: Budget,
	now: Date,
): { gate: Gate } | { until: Date; reason: Reason } {
	if (gate.notBefore !== undefined && gate.notBefore > now.getTime())
		return { until: new Date(gate.notBefore), reason: "provider" };
	const tried = tryBreaker(gate.breaker, now);
	if ("until" in tried) return { ...tried, reason: "breaker" };
	const paid = spend(budget, gate.spent, now);
	if ("until" in paid) return { ...paid, reason: "budget" };
	return { gate: { spent: paid.spent, breaker: tried.breaker } };
}

/** What became of a request, as far as the gate minds. */
export interface Reply {
	kind: "answered" | "failed" | "too many";
	headers: Readonly<Record<string, string>>;
}

/** The gate after a request; `opens` says that the breaker has just opened. */
export function settle(
	gate: Gate,
	{ kind, headers }: Reply,
	now: Date,
	random: number,
): { gate: Gate; opens: boolean } {
	if (kind === "answered") {
		const notBefore = later(gate.notBefore, exhausted(headers, now));
		return { gate: { ...gate, breaker: closed, notBefore }, opens: false };
	}
	const asked = retryAfter(headers, now);
	if (kind === "failed") {
		const { breaker, opens } = failed(gate.breaker, now, random);
		return {
			gate: { ...gate, breaker, notBefore: later(gate.notBefore, asked) },
			opens,
		};
	}
	const fallback = new Date(
		now.getTime() + tooManySeconds * 1000 * (1 + random / 4),
	);
	const until = asked ?? windowEnd(headers, now) ?? fallback;
	// a refusal is an answer: the provider is there
	return {
		gate: { ...gate, breaker: closed, notBefore: later(gate.notBefore, until) },
		opens: false,
	};
}

function later(one: number | undefined, other: Date | undefined) {
	if (other === undefined) return one;
	return Math.max(one ?? 0, other.getTime());
}

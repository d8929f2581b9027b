/** Consecutive failed requests, and since they were too many, how long nothing is asked. */
export interface Breaker {
	failures: number;
	/** epoch ms; while it lies ahead, nothing is asked */
	openUntil?: number;
	/** how often it opened without a success between */
	opened: number;
}

export const closed: Breaker = { failures: 0, opened: 0 };

const failuresToOpen = 5;
const firstOpenSeconds = 120;
const longestOpenSeconds = 3600;
const trialSeconds = 60;

/** Whether a request may be sent; after an open spell one may, as a trial, and nobody else until it is answered. */
export function tryBreaker(
	breaker: Breaker,
	now: Date,
): { breaker: Breaker } | { until: Date } {
	const { openUntil } = breaker;
	if (openUntil === undefined) return { breaker };
	if (openUntil > now.getTime()) return { until: new Date(openUntil) };
	return {
		breaker: { ...breaker, openUntil: now.getTime() + trialSeconds * 1000 },
	};
}

/** `opens`: this failure was the one too many, or the trial's. */
export function failed(
	breaker: Breaker,
	now: Date,
	random: number,
): { breaker: Breaker; opens: boolean } {
	const failures = breaker.failures + 1;
	const trial = breaker.openUntil !== undefined;
	if (!trial && failures < failuresToOpen)
		return { breaker: { ...breaker, failures }, opens: false };
	const seconds = Math.min(
		longestOpenSeconds,
		firstOpenSeconds * 2 ** Math.min(breaker.opened, 10),
	);
	const openUntil =
		now.getTime() + Math.round(seconds * 1000 * (1 + random / 4));
	return {
		breaker: { failures, openUntil, opened: breaker.opened + 1 },
		opens: true,
	};
}

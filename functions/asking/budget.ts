/** At most so many requests within any so many seconds. */
export interface Budget {
	requests: number;
	seconds: number;
}

/** Requests sent lately, counted by slices of the window: [the slice's end in epoch ms, requests in it]. */
export type Spent = readonly (readonly [number, number])[];

const slices = 20;

/** Takes one request out of the budget, or says when there will be one. */
export function spend(
	budget: Budget,
	spent: Spent,
	now: Date,
): { spent: Spent } | { until: Date } {
	const at = now.getTime();
	const windowMs = budget.seconds * 1000;
	const recent = spent.filter(([end]) => end + windowMs > at);
	const count = recent.reduce((sum, [, requests]) => sum + requests, 0);
	if (count >= budget.requests) {
		const over = freedAt(recent, count - budget.requests + 1);
		return { until: new Date(over + windowMs) };
	}
	// a slice counts until its end leaves the window, so rounding never lets one request too many through
	const sliceMs = Math.max(1, Math.floor(windowMs / slices));
	const end = Math.ceil((at + 1) / sliceMs) * sliceMs;
	const others = recent.filter(([other]) => other !== end);
	const [, already = 0] = recent.find(([other]) => other === end) ?? [];
	return { spent: [...others, [end, already + 1]] };
}

/** The end of the slice with whose going `wanted` requests have been freed. */
function freedAt(recent: Spent, wanted: number): number {
	let freed = 0;
	let end = 0;
	for (const [sliceEnd, requests] of recent.toSorted(([a], [b]) => a - b)) {
		if (freed >= wanted) break;
		freed += requests;
		end = sliceEnd;
	}
	return end;
}

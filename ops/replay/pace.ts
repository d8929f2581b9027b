import { setTimeout as delay } from "node:timers/promises";

export interface Clock {
	/** in ms */
	now(): number;
	wait(ms: number, signal: AbortSignal): Promise<unknown>;
}

const machines: Clock = {
	now: () => performance.now(),
	wait: (ms, signal) => delay(ms, undefined, { signal }),
};

/** Waits until so many more may go, at so many a second; time in which nothing went is not made up for. */
export function openPace(perSecond: number, clock: Clock = machines) {
	let due = clock.now();
	return async (count: number, signal: AbortSignal): Promise<void> => {
		const now = clock.now();
		due = Math.max(due, now);
		const ms = due - now;
		due += (count * 1000) / perSecond;
		if (ms > 0) await clock.wait(ms, signal);
	};
}

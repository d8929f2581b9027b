const unitSeconds: Readonly<Record<string, number>> = {
	minute: 60,
	hour: 3600,
	day: 86_400,
};

const longestTimerMs = 2 ** 31 - 1;

/** Reads EventBridge Scheduler's "rate(5 minutes)". */
export function readRate(expression: string): number {
	const [, count, unit = ""] =
		/^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
	const seconds = unitSeconds[unit];
	if (seconds && Number(count) > 0) return Number(count) * seconds;
	throw new Error(
		`${expression} is no rate in minutes, hours or days, which is all that runs locally.`,
	);
}

/** Runs at that rate until disposed, but never again before the last run has ended. */
export function openSchedule(
	expression: string,
	run: () => Promise<unknown>,
): Disposable {
	let running = false;
	const timer = setInterval(
		async () => {
			if (running) return;
			running = true;
			await run();
			running = false;
		},
		Math.min(readRate(expression) * 1000, longestTimerMs),
	);
	return {
		[Symbol.dispose]() {
			clearInterval(timer);
		},
	};
}

export interface Backoff {
	firstSeconds: number;
	longestSeconds: number;
}

const factor = 2;
const spread = 0.2;

/** The wait before the next question when `asked` have been put, jittered by a fifth and always within the span. */
export function waitSeconds(
	{ firstSeconds, longestSeconds }: Backoff,
	asked: number,
	random: number,
): number {
	const exact = Math.min(
		longestSeconds,
		firstSeconds * factor ** Math.max(0, asked - 1),
	);
	const jittered = exact * (1 - spread + 2 * spread * random);
	return Math.min(longestSeconds, Math.max(firstSeconds, jittered));
}

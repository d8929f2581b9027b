import { Misuse } from "../trouble.ts";

const unitMs: Readonly<Record<string, number>> = {
	s: 1000,
	m: 60_000,
	h: 3_600_000,
	d: 86_400_000,
};

const zoned = /(Z|[+-]\d\d:?\d\d)$/i;

/** A point in time as a person types it: so long ago (90s, 30m, 2h, 7d), or a date, in UTC where it names no zone. */
export function readTime(option: string, text: string, now: Date): Date {
	const [, amount, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
	if (amount !== undefined)
		return new Date(now.getTime() - Number(amount) * (unitMs[unit] ?? 0));
	if (/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d\S*)?$/.test(text)) {
		const iso = text.replace(" ", "T");
		const hasTime = iso.includes("T");
		const time = new Date(hasTime && !zoned.test(iso) ? `${iso}Z` : iso);
		if (!Number.isNaN(time.getTime())) return time;
	}
	throw new Misuse(
		`${option} is "${text}"; it takes so long ago (30m, 2h, 7d) or a time (2026-01-31T10:00, UTC where it names no zone).`,
	);
}

/** So long, in the largest unit that says it well. */
export function sayDuration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 120) return `${seconds} s`;
	if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
	if (seconds < 2 * 86_400) return `${Math.round(seconds / 3600)} h`;
	return `${Math.round(seconds / 86_400)} days`;
}

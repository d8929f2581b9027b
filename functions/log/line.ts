import type { Logged } from "./logged.ts";

type Common = "Stage" | "Provider" | "time" | "part";
type Without<Line, Names extends string> = Line extends unknown
	? Omit<Line, Names>
	: never;

export interface Said {
	stage: string;
	provider: string;
	/** when what it tells of began */
	now: Date;
	/** counted in CloudWatch by name; zeros are left out */
	metrics: Readonly<Record<string, number>>;
	said: Without<Logged, Common>;
}

// a line has 256 KB
const eventsNamed = 100;

/** Log lines, the first of them its own metrics as well: CloudWatch's embedded metric format. */
export function linesOf({
	stage,
	provider,
	now,
	metrics,
	said,
}: Said): string[] {
	const counted = Object.fromEntries(
		Object.entries(metrics).filter(([, count]) => count !== 0),
	);
	const names = Object.keys(counted);
	const embedded = {
		Timestamp: now.getTime(),
		CloudWatchMetrics: [
			{
				Namespace: "Billhook",
				Dimensions: [["Stage", "Provider"]],
				Metrics: names.map((Name) => ({ Name })),
			},
		],
	};
	const line = {
		Stage: stage,
		Provider: provider,
		time: now.toISOString(),
		...said,
	};
	const [first, ...more] = partsOf(said);
	return [
		{
			...(names.length > 0 && { _aws: embedded }),
			...line,
			...(first && { events: first }),
			...counted,
		},
		...more.map((events, index) => ({ ...line, part: index + 2, events })),
	].map((part) => JSON.stringify(part));
}

function partsOf(said: Said["said"]): unknown[][] {
	const events: readonly unknown[] = ("events" in said && said.events) || [];
	const parts: unknown[][] = [];
	for (let from = 0; from < events.length; from += eventsNamed)
		parts.push(events.slice(from, from + eventsNamed));
	return parts;
}

/** An error as a log may show it: its name and where it arose, never its message, which may quote a body. */
export function sayError(error: unknown): { error: string; at?: string } {
	if (!(error instanceof Error)) return { error: typeof error };
	const at = error.stack
		?.split("\n")
		.find((frame) => frame.startsWith("    at "));
	return { error: error.name, ...(at && { at: at.trim() }) };
}

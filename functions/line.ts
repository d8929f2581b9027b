export interface Line {
	stage: string;
	provider: string;
	now: Date;
	/** counted in CloudWatch by name; zeros are left out */
	metrics: Readonly<Record<string, number>>;
	[field: string]: unknown;
}

/** One log line that is also its own metrics: CloudWatch's embedded metric format. */
export function line({
	stage,
	provider,
	now,
	metrics,
	...fields
}: Line): string {
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
				Metrics: names.map((Name) => ({ Name, Unit: "Count" })),
			},
		],
	};
	return JSON.stringify({
		...(names.length > 0 && { _aws: embedded }),
		Stage: stage,
		Provider: provider,
		...fields,
		...counted,
	});
}

/** An error as a log may show it: its name and where it arose, never its message, which may quote a body. */
export function sayError(error: unknown): { error: string; at?: string } {
	if (!(error instanceof Error)) return { error: typeof error };
	const at = error.stack
		?.split("\n")
		.find((frame) => frame.startsWith("    at "));
	return { error: error.name, ...(at && { at: at.trim() }) };
}

import type * as z from "zod";
import type { PollLine } from "../../functions/log/logged.ts";
import { type Installation, only } from "../installation/installation.ts";
import { readLog } from "../installation/log.ts";
import { watchesOf } from "../installation/watches.ts";
import type { Moment } from "./moment.ts";

interface Asked {
	subject: string;
	since: Date;
	until: Date;
	onProgress?: (line: string) => void;
}

/** Who was turned away while it might have come: a refused body is not read, so nobody knows what it was about. */
export async function refusalsOf(
	installation: Installation,
	provider: string,
	{ since, until, onProgress }: Asked,
): Promise<Moment[]> {
	const reasons = new Map<string, { count: number; last: string }>();
	const lines = readLog(installation, provider, {
		since,
		until,
		terms: ["refused", "unavailable"],
		onProgress,
	});
	for await (const line of lines) {
		if (line.function !== "webhook") continue;
		if (line.outcome !== "refused" && line.outcome !== "unavailable") continue;
		const reason =
			line.outcome === "unavailable"
				? `unavailable, a fault of ours (${line.error ?? "unknown"})`
				: sayReason(line.reason);
		const { count } = reasons.get(reason) ?? { count: 0 };
		reasons.set(reason, { count: count + 1, last: line.time });
	}
	return [...reasons].map(([reason, { count, last }]) => ({
		at: last,
		provider,
		what: "delivery",
		says: `${count} ${count === 1 ? "delivery" : "deliveries"} of this provider turned away: ${reason}; this was the last`,
	}));
}

function sayReason(reason: string | undefined): string {
	if (reason === "token")
		return "a wrong token (billhook urls prints the right address)";
	return (reason ?? "refused").replaceAll("-", " ");
}

/** Whether somebody asks for it, and when next. */
export async function askingOf(
	installation: Installation,
	provider: string,
	{ subject }: Asked,
): Promise<Moment[]> {
	const at = new Date().toISOString();
	const now = (says: string): Moment => ({ at, provider, what: "now", says });
	const { functions } = only(installation, provider);
	if (functions.poll === undefined)
		return [now("this provider has no poll: only its webhook can bring it")];
	const [watches, run] = await Promise.all([
		watchesOf(installation, provider, subject),
		lastRun(installation, provider),
	]);
	return [
		...watches.map(({ kind, due, deadline, asked, seen }) =>
			now(
				`watched (${kind}) until ${deadline.toISOString()}: asked about ${asked} times${seen ? "" : " without a result"}, next at ${due.toISOString()}`,
			),
		),
		now(sayRun(run, watches.length > 0)),
	];
}

type Run = z.output<typeof PollLine>;

const recentMs = 24 * 3_600_000;

/** The last run of a day's. */
export async function lastRun(
	installation: Installation,
	provider: string,
	until = new Date(),
): Promise<Run | undefined> {
	let last: Run | undefined;
	const lines = readLog(installation, provider, {
		since: new Date(until.getTime() - recentMs),
		until,
		terms: ["poll"],
	});
	for await (const line of lines) if (line.function === "poll") last = line;
	return last;
}

function sayRun(run: Run | undefined, isWatched: boolean): string {
	const watched = isWatched ? "" : "; the subject is not watched";
	if (!run) return `the poll has not run for a day${watched}`;
	const { time, skipped, stopped, next } = run;
	const became = skipped
		? `the poll asked nothing at ${time}: ${skipped}`
		: `the poll asked last at ${time}${stopped ? `, and was stopped (${stopped})` : ""}`;
	const goesOn = next === null ? "no run is planned" : `the next is at ${next}`;
	return `${became}; ${goesOn}${watched}`;
}

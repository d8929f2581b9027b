import { bodyOf, type Entry, listEntries } from "../installation/entries.ts";
import type { Installation } from "../installation/installation.ts";
import { type Moment, sayField } from "./moment.ts";

export interface Period {
	subject: string;
	since: Date;
	until: Date;
	onProgress?: (line: string) => void;
}

// bodies are read for it
const mostRead = 500;
// shorter ones stand in any body
const shortestSubject = 4;

/** What lies in quarantine and speaks of the subject: of a delivery that could not be read nobody knows its subject, but its body may hold it. */
export async function keptOf(
	installation: Installation,
	provider: string,
	{ subject, since, until, onProgress }: Period,
	told: readonly Moment[],
): Promise<Moment[]> {
	if (subject.length < shortestSubject) return [];
	const known = new Set(told.map(({ id }) => id));
	const moments: Moment[] = [];
	const search = { provider, since, until };
	let read = 0;
	for await (const entry of listEntries(installation, search, onProgress)) {
		if (known.has(entry.id)) continue;
		if (++read > mostRead) break;
		const body = Buffer.from(await bodyOf(installation, entry));
		if (body.includes(subject)) moments.push(momentOf(entry));
	}
	return moments;
}

export function momentOf(
	entry: Entry,
	what = "a delivery that speaks of it lies in quarantine",
): Moment {
	const { id, provider, reason, issues, count, firstAt, lastAt } = entry;
	const again =
		count > 1 ? `, ${count} times, last at ${lastAt.toISOString()}` : "";
	return {
		at: firstAt.toISOString(),
		provider,
		what: "quarantined",
		says: [
			`${what}, ${reason}${again}`,
			...issues.slice(0, 3).map(sayField),
			`billhook quarantine show ${id}`,
		].join("; "),
		id,
		traceparent: entry.traceparent,
	};
}

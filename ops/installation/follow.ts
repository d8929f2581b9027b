import { setTimeout as delay } from "node:timers/promises";
import type { Logged } from "../../functions/log/logged.ts";
import { type EventFilter, listEvents, type StoredEvent } from "./events.ts";
import { choose, type Installation } from "./installation.ts";
import { readLog } from "./log.ts";

export interface Following {
	signal: AbortSignal;
	everyMs?: number;
	onProgress?: (line: string) => void;
}

const usualMs = 2000;
// by which this machine's clock may differ from AWS's, and what the index or the log takes to show a row
const lookBackMs = 10 * 60_000;

/** What was recorded since then, the oldest first, and goes on with what is recorded meanwhile: each once, and none left out. */
export async function* followEvents(
	installation: Installation,
	filter: Omit<EventFilter, "until">,
	{ signal, everyMs = usualMs, onProgress }: Following,
): AsyncGenerator<StoredEvent> {
	let { since } = filter;
	let told = new Set<string>();
	while (!signal.aborted) {
		const now = Date.now();
		const until = new Date(now + lookBackMs);
		const search = { ...filter, since, until };
		const next = new Date(Math.max(filter.since.getTime(), now - lookBackMs));
		// those that the next look will meet again
		const again = new Set<string>();
		for await (const event of listEvents(installation, search, {
			order: "oldest",
			onProgress,
		})) {
			if (event.recordedtime >= next.toISOString()) again.add(event.id);
			if (!told.has(event.id)) yield event;
			if (signal.aborted) return;
		}
		told = again;
		since = next;
		await pause(everyMs, signal);
	}
}

/** What the functions have logged since then, and log from now on: each line once. */
export async function* followLog(
	installation: Installation,
	{ provider, since }: { provider?: string; since: Date },
	{ signal, everyMs = usualMs, onProgress }: Following,
): AsyncGenerator<Logged> {
	let writtenSince = since;
	let told = new Set<string>();
	while (!signal.aborted) {
		const next = new Date(Math.max(since.getTime(), Date.now() - lookBackMs));
		const again = new Set<string>();
		for (const [name] of choose(installation, provider))
			for await (const line of readLog(installation, name, {
				since,
				until: new Date(Date.now() + lookBackMs),
				writtenSince,
				onProgress,
			})) {
				const key = `${line.requestId} ${line.part ?? 1}`;
				again.add(key);
				if (!told.has(key)) yield line;
				if (signal.aborted) return;
			}
		told = again;
		writtenSince = next;
		await pause(everyMs, signal);
	}
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
	await delay(ms, undefined, { signal }).catch(() => {});
}

import { setTimeout as delay } from "node:timers/promises";
import { EventRow, listEvents } from "../installation/events.ts";
import type { Installation } from "../installation/installation.ts";

const everyMs = 2000;
// what is written just now is seen in the index a little later, and not in its order
const lookBackMs = 10_000;

/** What is recorded from now on, oldest first, each once. */
export async function* follow(
	installation: Installation,
	signal: AbortSignal,
): AsyncGenerator<EventRow> {
	const begun = new Date();
	let seen = new Set<string>();
	while (!signal.aborted) {
		const until = new Date();
		const since = new Date(
			Math.max(begun.getTime(), until.getTime() - lookBackMs),
		);
		const again = new Set<string>();
		const found = listEvents(
			installation,
			{ since, until },
			{ order: "oldest" },
		);
		for await (const event of found) {
			again.add(event.id);
			if (!seen.has(event.id)) yield EventRow.parse(event);
		}
		seen = again;
		await delay(everyMs, undefined, { signal }).catch(() => {});
	}
}

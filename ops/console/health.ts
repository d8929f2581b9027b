import { type IndexRow, rowsOf } from "../installation/by-hour.ts";
import { type Installation, only } from "../installation/installation.ts";
import { countsOf } from "../installation/queues.ts";
import { Trouble } from "../trouble.ts";
import type { Health } from "./answers.ts";

const dayMs = 24 * 3_600_000;
// so many are counted for a figure that a person glances at
const enough = 10_000;

/** How a provider is doing, as far as a few questions tell. */
export async function readHealth(
	installation: Installation,
	provider: string,
): Promise<Health> {
	const { tables, queues } = only(installation, provider);
	const client = installation.clients.dynamodb();
	const until = new Date();
	const since = new Date(until.getTime() - dayMs);
	const rows = rowsOf({
		client,
		table: tables.inbox,
		since,
		until,
		order: "newest",
		condition: "#kind IN (:event, :quarantine)",
		names: { "#kind": "kind" },
		values: { ":event": "event", ":quarantine": "quarantine" },
	});
	const [counted, waiting, deadLetters] = await Promise.all([
		count(rows),
		messagesOf(installation, queues.events),
		messagesOf(installation, queues.dead),
	]);
	return { ...counted, waiting, deadLetters };
}

async function count(
	rows: AsyncIterable<IndexRow>,
): Promise<Pick<Health, "events" | "recovered" | "quarantined" | "more">> {
	const counted = { events: 0, recovered: 0, quarantined: 0 };
	for await (const { kind, via } of rows) {
		if (counted.events === enough) return { ...counted, more: true };
		if (kind === "quarantine") counted.quarantined++;
		else counted.events++;
		if (kind === "event" && via === "poll") counted.recovered++;
	}
	return counted;
}

/** Those that no consumer has received, as SQS counts. */
async function messagesOf(
	installation: Installation,
	queue: string,
): Promise<number> {
	const counts = await countsOf(installation, queue);
	if (!counts) throw new Trouble(`The queue ${queue} is not there.`);
	return counts.ready;
}

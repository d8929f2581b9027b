import { rowsOf } from "./by-hour.ts";
import { type StoredEvent, stored } from "./events.ts";
import { choose, type Installation } from "./installation.ts";

export interface Search {
	provider?: string;
	since: Date;
	until: Date;
	onProgress?: (line: string) => void;
}

/** The event of an id. An inbox has no index of ids, but an id says in which part of each hour it can be. */
export async function findEvent(
	installation: Installation,
	id: string,
	{ provider, since, until, onProgress }: Search,
): Promise<StoredEvent | undefined> {
	const client = installation.clients.dynamodb();
	const over = new AbortController();
	let found: StoredEvent | undefined;
	await Promise.all(
		choose(installation, provider).map(async ([name, { tables }]) => {
			const rows = rowsOf({
				client,
				table: tables.inbox,
				since,
				until,
				order: "newest",
				condition: "#kind = :event AND #id = :id",
				names: { "#kind": "kind", "#id": "id" },
				values: { ":event": "event", ":id": id },
				id,
				signal: over.signal,
				onHour: (hour) => onProgress?.(`looking for ${id} in ${hour}:00`),
			});
			const place = { client, provider: name, table: tables.inbox };
			for await (const row of rows) {
				for await (const event of stored(place, [row])) found = event;
				over.abort();
			}
		}),
	);
	return found;
}

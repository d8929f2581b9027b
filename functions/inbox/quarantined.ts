import { gunzipSync } from "node:zlib";
import type { Item, Key } from "./item.ts";
import type { Issue, Unreadable } from "./quarantine.ts";

/** An entry of the quarantine, as it was kept. */
export interface Quarantined {
	id: string;
	reason: Unreadable["reason"];
	issues: readonly Issue[];
	/** of a polled row, the list that showed it */
	path: Readonly<Record<string, string>>;
	query: Readonly<Record<string, string>>;
	/** the useful ones, those that its provider reads, and what signed it */
	headers: Readonly<Record<string, string>>;
	/** as sent; where it is too large for an item, the place that holds it */
	body: Uint8Array | { ref: string };
	firstAt: Date;
	lastAt: Date;
	/** how often it came */
	count: number;
	traceparent?: string;
}

// bodies above 256 KiB are not in the item
const maxBodyBytes = 1024 * 1024;

export function quarantineKey(id: string): Key {
	return { pk: `quarantine#${id}`, sk: "quarantine" };
}

/** Whether something can be the id of an entry. */
export function isQuarantineId(id: unknown): id is string {
	return typeof id === "string" && /^[A-Za-z0-9_-]{43}$/.test(id);
}

export function readQuarantined(item: Item): Quarantined {
	const { body, bodyref } = item;
	return {
		id: String(item.id),
		reason: item.reason as Quarantined["reason"],
		issues: JSON.parse(String(item.issues)),
		path: JSON.parse(String(item.path)),
		query: JSON.parse(String(item.query ?? "{}")),
		headers: JSON.parse(String(item.headers)),
		body:
			body instanceof Uint8Array
				? gunzipSync(body, { maxOutputLength: maxBodyBytes })
				: { ref: String(bodyref) },
		firstAt: new Date(String(item.firsttime)),
		lastAt: new Date(String(item.lasttime)),
		count: Number(item.count),
		traceparent: item.traceparent as string | undefined,
	};
}

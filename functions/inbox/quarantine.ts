import { hash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { digestOf } from "./identity.ts";
import { expiryOf, hourOf, type Item, type Key, newAttempt } from "./item.ts";
import { leftMs, type Store } from "./record.ts";

/** What was sent, as far as quarantine keeps it. */
export interface Received {
	path: Readonly<Record<string, string>>;
	/** names in lower case */
	headers: Readonly<Record<string, string>>;
	bytes: Uint8Array;
	query?: Readonly<Record<string, string>>;
	/** of a delivery: when it came, and the trace of its reception */
	receivedAt?: Date;
	traceparent?: string;
}

/** A field that could not be read, and why; never a value from the body. */
export interface Issue {
	path: string;
	message: string;
}

export type Reason =
	| "not-json"
	| "invalid"
	| "unproven"
	| "conflict"
	| "return"
	| "polled";

export interface Unreadable {
	delivery: Received;
	reason: Reason;
	issues: readonly Issue[];
	/** headers to keep beside the useful ones, in lower case; none of them may hold a secret */
	keeps?: readonly string[];
}

/** What lies in quarantine now. */
export interface Kept extends Pick<Unreadable, "reason" | "issues"> {
	/** its key there */
	id: string;
	/** the others are repeats of it */
	first: boolean;
}

/** Headers that help to find out what was sent and by whom; whatever may prove somebody is not among them. */
const usefulHeaders = [
	"accept",
	"content-encoding",
	"content-length",
	"content-type",
	"date",
	"user-agent",
	"x-amzn-trace-id",
	"x-correlation-id",
	"x-forwarded-for",
	"x-request-id",
];
/** An item has 400 KB, and bytes that are no text compress little. */
const maxBodyBytes = 256 * 1024;
const maxIssues = 20;
const maxTextLength = 300;
/** Several signatures may stand in one header. */
const maxKeptLength = 1000;

/** Keeps a delivery that cannot be an event; its repeats make one entry with a count. */
export async function quarantine(
	{ delivery, reason, issues, keeps = [] }: Unreadable,
	store: Store,
): Promise<Kept> {
	const { inbox, payloads, retentionDays } = store;
	const { bytes, headers, path, query = {}, traceparent } = delivery;
	const digest = hash("sha256", bytes, "base64url");
	// the same bytes on another path are another event
	const where = [
		...Object.entries(path),
		...Object.entries(query).map(([name, value]) => [`?${name}`, value]),
	]
		.toSorted()
		.flat();
	const id = digestOf(reason, ...where, digest);
	const isLarge = bytes.length > maxBodyBytes;
	const body = isLarge
		? { bodyref: await payloads.keep(bytes, leftMs(store)) }
		: { body: gzipSync(bytes) };
	const now = store.now();
	const { receivedAt = now } = delivery;
	const time = now.toISOString();
	const item: Item = {
		...quarantineKey(id),
		kind: "quarantine",
		id,
		reason,
		hour: hourOf(time, id),
		at: time,
		firsttime: receivedAt.toISOString(),
		lasttime: time,
		issues: JSON.stringify(
			issues.slice(0, maxIssues).map((issue) => shorten(issue)),
		),
		headers: JSON.stringify({
			...shorten(pick(headers, usefulHeaders)),
			...shorten(pick(headers, keeps), maxKeptLength),
		}),
		path: JSON.stringify(shorten(path)),
		query:
			Object.keys(query).length > 0
				? JSON.stringify(shorten(query))
				: undefined,
		...body,
		traceparent,
		expires: expiryOf(now, retentionDays),
		attempt: newAttempt(),
	};
	const { first } = await inbox.count(item, now, leftMs(store));
	return { first, id, reason, issues };
}

function pick(headers: Received["headers"], names: readonly string[]) {
	return Object.fromEntries(
		names.flatMap((name) => {
			const value = headers[name];
			return value === undefined ? [] : [[name, value]];
		}),
	);
}

/** An item has 400 KB. */
function shorten<Texts extends object>(texts: Texts, length = maxTextLength) {
	return Object.fromEntries(
		Object.entries(texts).map(([name, text]) => [
			name,
			String(text).slice(0, length),
		]),
	);
}

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

import { digestOf } from "../inbox/identity.ts";
import {
	type Message,
	type Refusal,
	readMessage,
	sizeOf,
	toRequests,
	visible,
} from "./message.ts";

/** A record of the inbox's stream, as Lambda brings it: binary values in base64. */
export interface StreamRecord {
	eventID?: string;
	eventName?: string;
	dynamodb?: {
		SequenceNumber?: string;
		NewImage?: Readonly<Record<string, { S?: string; B?: string }>>;
	};
}

/** What became of a message: a refusal is for good, a passing failure may not come again. */
export type Sending =
	| { outcome: "sent" }
	| ({ outcome: "refused" } & Refusal)
	| { outcome: "passing"; reason: string };

export interface Queue {
	/** messages of different groups that fit one request; one answer each, in their order; never throws */
	send(
		messages: readonly Message[],
		signal: AbortSignal,
	): Promise<readonly Sending[]>;
}

/** A record that will never reach the queue by itself. */
export interface Failure extends Refusal {
	id: string;
	/** yyyy-mm-dd; the same however often the record comes */
	day: string;
	record: StreamRecord;
}

export interface Failures {
	keep(failure: Failure, signal: AbortSignal): Promise<void>;
}

/** The way out of one provider's inbox. */
export interface Destination {
	queue: Queue;
	failures: Failures;
	now: Date;
	/** aborted when no time is left to try anything again */
	signal: AbortSignal;
	/** resolves when it is time for the next attempt, or none is left */
	pause(attempt: number): Promise<void>;
}

export interface Forwarded {
	sent: { id: string; type: string; pk: string; traceparent?: string }[];
	failed: { id: string; reason: string }[];
	/** the first record that neither the queue nor the failure bucket has taken: it and everything behind it must come again */
	held?: { sequenceNumber: string; id?: string; reason: string };
}

/** A record with its message or, where there is none or SQS will never take it, the refusal. */
interface Entry {
	record: StreamRecord;
	message?: Message;
	refusal?: Refusal;
	/** why it did not get out at the last attempt */
	hitch?: string;
}

// with requests of a mebibyte, what is on its way is bounded by bytes too
const together = 8;
/** how much is unpacked ahead of its sending: a megabyte may come as a few hundred bytes */
const maxUnpackedBytes = 8 * 1024 * 1024;

/**
 * Hands a stream batch's events to the queue, each group's in their order; what is refused for good goes to the
 * failure bucket and holds up nothing. After a fault the head goes alone, so that nothing behind it is sent again and again.
 */
export async function forward(
	records: readonly StreamRecord[],
	destination: Destination,
): Promise<Forwarded> {
	const forwarded: Forwarded = { sent: [], failed: [] };
	const unread = records.filter(isEvent).values();
	let waiting = nextRequests(unread);
	let width = 1;
	let faults = 0;
	while (waiting.length > 0) {
		if (faults > 0) await destination.pause(faults);
		if (destination.signal.aborted)
			return { ...forwarded, held: head(waiting) };
		const due = width === 1 ? waiting.slice(0, 1) : waiting;
		const left = await settleSeveral(due, width, destination, forwarded);
		waiting = [...left, ...waiting.slice(due.length)];
		faults = left.length > 0 ? faults + 1 : 0;
		width = left.length > 0 ? 1 : together;
		if (waiting.length === 0) waiting = nextRequests(unread);
	}
	return forwarded;
}

function nextRequests(unread: Iterator<StreamRecord>): Entry[][] {
	const entries: Entry[] = [];
	let bytes = 0;
	while (bytes < maxUnpackedBytes) {
		const { value: record, done } = unread.next();
		if (done) break;
		const entry = readEntry(record);
		if (entry.message) bytes += sizeOf(entry.message);
		entries.push(entry);
	}
	return toRequests(entries);
}

function head([first]: readonly Entry[][]): Forwarded["held"] {
	const [entry] = first ?? [];
	return {
		sequenceNumber: entry?.record.dynamodb?.SequenceNumber ?? "",
		id: entry?.record.dynamodb?.NewImage?.id?.S,
		reason: entry?.hitch ?? "out of time",
	};
}

function isEvent({ eventName, dynamodb }: StreamRecord): boolean {
	return eventName === "INSERT" && dynamodb?.NewImage?.kind?.S === "event";
}

function readEntry(record: StreamRecord): Entry {
	const read = readMessage(record.dynamodb?.NewImage);
	return "reason" in read
		? { record, refusal: read }
		: { record, message: read };
}

/** Settles requests in their order, several at once, never two with a message of one group; answers what is left once one has failed in passing. */
async function settleSeveral(
	requests: readonly Entry[][],
	width: number,
	destination: Destination,
	forwarded: Forwarded,
): Promise<Entry[][]> {
	const left = [...requests];
	const underWay = new Map<readonly Entry[], Promise<void>>();
	let failed = false;
	const settle = async (index: number, request: readonly Entry[]) => {
		const unsent = await send(request, destination, forwarded);
		const open = await keepRefused(unsent, destination, forwarded);
		left[index] = open;
		failed ||= open.length > 0;
		underWay.delete(request);
	};
	for (const [index, request] of requests.entries()) {
		while (
			underWay.size >= width ||
			[...underWay.keys()].some((other) => shareGroup(request, other))
		)
			await Promise.race(underWay.values());
		if (failed || destination.signal.aborted) break;
		underWay.set(request, settle(index, request));
	}
	await Promise.all(underWay.values());
	return left.filter((open) => open.length > 0);
}

function shareGroup(one: readonly Entry[], other: readonly Entry[]): boolean {
	const groups = new Set(one.map(({ message }) => message?.group));
	return other.some(({ message }) => message && groups.has(message.group));
}

async function send(
	open: readonly Entry[],
	{ queue, signal }: Destination,
	forwarded: Forwarded,
): Promise<Entry[]> {
	const messages = open.flatMap(({ message }) => message ?? []);
	if (messages.length === 0) return [...open];
	const answers = (await queue.send(messages, signal)).values();
	return open.flatMap((entry): Entry | [] => {
		const { record, message } = entry;
		if (!message) return entry;
		const answer = answers.next().value;
		if (answer?.outcome === "refused") return { record, refusal: answer };
		if (answer?.outcome !== "sent") return { ...entry, hitch: answer?.reason };
		const { type, traceparent } = message.attributes;
		const { id, group: pk } = message;
		forwarded.sent.push({ id, type, pk, traceparent });
		return [];
	});
}

async function keepRefused(
	unsent: readonly Entry[],
	{ failures, now, signal }: Destination,
	forwarded: Forwarded,
): Promise<Entry[]> {
	const left = unsent.map(async (entry): Promise<Entry | []> => {
		const { record, refusal } = entry;
		if (!refusal) return entry;
		const { reason, detail } = refusal;
		const failure = { ...nameOf(record, now), reason, detail, record };
		try {
			await failures.keep(failure, signal);
		} catch {
			return { ...entry, hitch: `${reason}, and the failure bucket is closed` };
		}
		forwarded.failed.push({ id: failure.id, reason });
		return [];
	});
	return (await Promise.all(left)).flat();
}

/** What a failure is filed under; taken from the record, so that a repeat replaces it. */
function nameOf(record: StreamRecord, now: Date): { id: string; day: string } {
	const { eventID, dynamodb } = record;
	const { id, at } = dynamodb?.NewImage ?? {};
	const names = [id?.S, eventID, dynamodb?.SequenceNumber];
	const name = names.find((name) => name && visible.test(name));
	const recorded = at?.S ?? "";
	const day = /^\d{4}-\d\d-\d\dT/.test(recorded) ? recorded : now.toISOString();
	return {
		id: name ?? digestOf(JSON.stringify(record)),
		day: day.slice(0, 10),
	};
}

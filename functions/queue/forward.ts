import { digestOf } from "../inbox/identity.ts";
import {
	type Message,
	type Refusal,
	readMessage,
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
	sent: { id: string; type: string }[];
	failed: { id: string; reason: string }[];
	/** the first record that neither the queue nor the failure bucket has taken: it and everything behind it must come again */
	held?: { sequenceNumber: string; reason: string };
}

/** A record with its message or, where there is none or SQS will never take it, the refusal. */
interface Entry {
	record: StreamRecord;
	message?: Message;
	refusal?: Refusal;
	/** why it did not get out at the last attempt */
	hitch?: string;
}

/** Hands a stream batch's events to the queue in their order; what is refused for good goes to the failure bucket and holds up nothing. */
export async function forward(
	records: readonly StreamRecord[],
	destination: Destination,
): Promise<Forwarded> {
	const forwarded: Forwarded = { sent: [], failed: [] };
	const entries = records.filter(isEvent).map(readEntry);
	for (const request of toRequests(entries)) {
		const held = await settle(request, destination, forwarded);
		if (held) return { ...forwarded, held };
	}
	return forwarded;
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

/** Tries until every entry is in the queue or in the failure bucket, or the time is up. */
async function settle(
	request: readonly Entry[],
	destination: Destination,
	forwarded: Forwarded,
): Promise<Forwarded["held"]> {
	let open = request;
	for (let attempt = 1; ; attempt++) {
		const [first] = open;
		if (!first) return undefined;
		if (attempt > 1) await destination.pause(attempt - 1);
		if (destination.signal.aborted) {
			const sequenceNumber = first.record.dynamodb?.SequenceNumber ?? "";
			return { sequenceNumber, reason: first.hitch ?? "out of time" };
		}
		const unsent = await send(open, destination, forwarded);
		open = await keepRefused(unsent, destination, forwarded);
	}
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
		const { id, attributes } = message;
		forwarded.sent.push({ id, type: attributes.type });
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
	const { id, recordedtime } = dynamodb?.NewImage ?? {};
	const names = [id?.S, eventID, dynamodb?.SequenceNumber];
	const name = names.find((name) => name && visible.test(name));
	const recorded = recordedtime?.S ?? "";
	const day = /^\d{4}-\d\d-\d\dT/.test(recorded) ? recorded : now.toISOString();
	return {
		id: name ?? digestOf(JSON.stringify(record)),
		day: day.slice(0, 10),
	};
}

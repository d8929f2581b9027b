import * as z from "zod";
import { unpack } from "../inbox/envelope.ts";
import {
	bytesAsSent,
	headOf,
	type MessageAttributes,
	markReplay,
	messageAttributes,
} from "../inbox/event.ts";
import { shortNames } from "../inbox/item.ts";

/** SQS's limit for one message and for one request, attributes included. */
export const maxRequestBytes = 1024 * 1024;
export const maxRequestMessages = 10;

/** An event on its way to the queue. */
export interface Message {
	id: string;
	group: string;
	/** within five minutes SQS takes one message of a group with the same value */
	deduplication: string;
	body: string;
	attributes: Readonly<MessageAttributes>;
}

/** Why there can be no message, or why SQS takes it never. */
export interface Refusal {
	reason: string;
	detail?: string;
}

const text = z.object({ S: z.string().min(1) }).transform(({ S }) => S);
/** what SQS takes as the name of a group or a message */
export const visible = /^[!-~]{1,128}$/;
const token = text.pipe(z.string().regex(visible));
const Image = z.object({
	pk: token,
	id: token,
	type: text,
	via: text,
	at: text,
	[shortNames.envelope]: z.object({ B: z.base64() }),
});

/** The message that an inbox item's image in the stream holds; binary values in base64, as Lambda brings them. */
export function readMessage(image: unknown): Message | Refusal {
	try {
		const { [shortNames.envelope]: envelope, ...known } = Image.parse(image);
		const body = unpack(Buffer.from(envelope.B, "base64"), known);
		const { traceparent } = headOf(body);
		const attributes = messageAttributes({ ...known, traceparent });
		const { pk: group, id } = known;
		return { id, group, deduplication: id, body, attributes };
	} catch (error) {
		const detail =
			error instanceof z.ZodError
				? error.issues.map((issue) => issue.path.join(".")).join(", ")
				: "envelope";
		return { reason: "unreadable", detail };
	}
}

/** The same event again: consumers know it by its id, and SQS takes it, for its deduplication is the replay's own. */
export function replayed(message: Message, replay: string): Message {
	return {
		...message,
		deduplication: `${message.id}.${replay}`,
		body: markReplay(message.body, replay),
	};
}

/** Contiguous requests in stream order, each with at most one message of a group: a message can then fail without another of its group passing it. */
export function toRequests<Entry extends { message?: Message }>(
	entries: readonly Entry[],
): Entry[][] {
	const requests: Entry[][] = [];
	let groups = new Set<string>();
	let bytes = 0;
	for (const entry of entries) {
		const { message } = entry;
		const size = message ? sizeOf(message) : 0;
		const request = requests.at(-1);
		const fits =
			request !== undefined &&
			request.length < maxRequestMessages &&
			bytes + size <= maxRequestBytes &&
			!(message && groups.has(message.group));
		if (fits) request.push(entry);
		else {
			requests.push([entry]);
			groups = new Set();
			bytes = 0;
		}
		if (message) groups.add(message.group);
		bytes += size;
	}
	return requests;
}

export function sizeOf({ body, attributes }: Message): number {
	return bytesAsSent(body, attributes);
}

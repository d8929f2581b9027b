import { gunzipSync } from "node:zlib";
import * as z from "zod";

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
	attributes: { type: string; via: string };
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
	envelope: z.union([
		text,
		z.object({ B: z.string() }).transform(({ B }) => inflate(B)),
	]),
});

/** The message that an inbox item's image in the stream holds; binary values in base64, as Lambda brings them. */
export function readMessage(image: unknown): Message | Refusal {
	try {
		const { pk, id, type, via, envelope } = Image.parse(image);
		const body = escapeForQueue(envelope);
		const attributes = { type, via };
		const message = { id, group: pk, deduplication: id, body, attributes };
		return sizeOf(message) > maxRequestBytes
			? { reason: "too large" }
			: message;
	} catch (error) {
		const detail =
			error instanceof z.ZodError
				? error.issues.map((issue) => issue.path.join(".")).join(", ")
				: "envelope";
		return { reason: "unreadable", detail };
	}
}

function inflate(base64: string): string {
	const bytes = gunzipSync(Buffer.from(base64, "base64"), {
		maxOutputLength: maxRequestBytes,
	});
	return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** The same JSON without the characters that SQS refuses: U+FFFE, U+FFFF and halves of a pair; whole pairs too, which not every SQS takes. */
export function escapeForQueue(json: string): string {
	return json.replace(
		/[\ud800-\udfff\ufffe\uffff]/g,
		(unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
	);
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

/** As SQS counts: the body, and name, type and value of every attribute. */
export function sizeOf({ body, attributes }: Message): number {
	return Object.entries(attributes).reduce(
		(bytes, [name, value]) =>
			bytes + Buffer.byteLength(`${name}String${value}`),
		Buffer.byteLength(body),
	);
}

import { gunzipSync, gzipSync } from "node:zlib";

/** Which way in an event took. */
export type Via = "webhook" | "poll";

/** CloudEvents 1.0 in JSON, with the extension attributes that Billhook uses. */
export interface CloudEvent<Type extends string = string, Body = unknown> {
	specversion: "1.0";
	id: string;
	source: string;
	type: Type;
	subject: string;
	time: string;
	datacontenttype: "application/json";
	dataschema: string;
	recordedtime: string;
	partitionkey: string;
	lane?: string;
	sequence?: string;
	via: Via;
	replay?: string;
	dataref?: string;
	data?: Body;
}

/** A finished message above this carries a reference instead of its data. */
export const maxMessageBytes = 256 * 1024;
/** Above this an envelope is stored compressed: a duplicate is billed by the stored item's size. */
const maxPlainBytes = 1024;

/** What of an event is not the same for all. */
export interface Facts {
	provider: string;
	id: string;
	/** without the provider's prefix */
	type: string;
	subject: string;
	/** the provider's own, where it says one */
	time?: Date;
	recordedtime: string;
	partitionkey: string;
	/** of a state: what its sequence orders */
	lane?: string;
	sequence?: string;
	via: Via;
}

/** The finished message with `data`, a JSON text, as it stands; where that is too large, with what `keep` answers for it. */
export async function seal(
	facts: Facts,
	data: string,
	keep: (data: Uint8Array) => Promise<string>,
): Promise<string> {
	const event = toCloudEvent(facts);
	const attributes = JSON.stringify(event).slice(0, -1);
	const message = escapeNoncharacters(`${attributes},"data":${data}}`);
	if (Buffer.byteLength(message) <= maxMessageBytes) return message;
	const dataref = await keep(Buffer.from(data));
	return escapeNoncharacters(JSON.stringify({ ...event, dataref }));
}

function toCloudEvent(facts: Facts): CloudEvent {
	const { provider, id, time, recordedtime, partitionkey } = facts;
	const type = `${provider}.${facts.type}`;
	return {
		specversion: "1.0",
		id,
		source: `/providers/${provider}`,
		type,
		subject: facts.subject,
		time: time?.toISOString() ?? recordedtime,
		datacontenttype: "application/json",
		dataschema: `urn:billhook:schema:${type}`,
		recordedtime,
		partitionkey,
		lane: facts.lane,
		sequence: facts.sequence,
		via: facts.via,
	};
}

/** SQS takes neither of them; in JSON they can only stand inside a string. */
function escapeNoncharacters(json: string): string {
	return json.replaceAll("\uFFFE", "\\ufffe").replaceAll("\uFFFF", "\\uffff");
}

/** A message as the inbox stores it. */
export function pack(message: string): string | Uint8Array {
	return Buffer.byteLength(message) > maxPlainBytes
		? gzipSync(message)
		: message;
}

export function unpack(stored: string | Uint8Array): string {
	return typeof stored === "string" ? stored : gunzipSync(stored).toString();
}

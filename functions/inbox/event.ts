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
	traceparent?: string;
	via: Via;
	replay?: string;
	dataref?: string;
	data?: Body;
}

/** As it is sent, with its attributes; SQS takes 48 KB more, of which a replay needs some. */
export const maxMessageBytes = 1_000_000;

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
	traceparent: string;
	via: Via;
}

/** The message as it will be sent: around `data`, a JSON text, as it stands, or with the reference to it. */
export function seal(
	facts: Facts,
	content: { data: string } | { dataref: string },
): string {
	const event = toCloudEvent(facts);
	if ("dataref" in content)
		return escapeForQueue(JSON.stringify({ ...event, ...content }));
	const attributes = JSON.stringify(event).slice(0, -1);
	return escapeForQueue(`${attributes},"data":${content.data}}`);
}

/** What a sealed message says beside its data, which stands last. */
export function headOf(message: string): CloudEvent {
	// inside a string its quotes would be escaped
	const end = message.indexOf(',"data":');
	return JSON.parse(end < 0 ? message : `${message.slice(0, end)}}`);
}

/** The message once more, with the replay that sends it and all else as it was. */
export function markReplay(message: string, replay: string): string {
	const data = message.indexOf(',"data":');
	const end = data < 0 ? message.length - 1 : data;
	return `${message.slice(0, end)},"replay":${JSON.stringify(replay)}${message.slice(end)}`;
}

/** What a consumer can filter by, or join its traces to, before it reads the message. */
export interface MessageAttributes {
	type: string;
	via: string;
	[name: string]: string;
}

export function messageAttributes({
	type,
	via,
	traceparent,
}: Pick<CloudEvent, "type" | "traceparent"> & {
	via: string;
}): MessageAttributes {
	return traceparent === undefined ? { type, via } : { type, via, traceparent };
}

/** As SQS counts: the body, and name, type and value of every attribute. */
export function bytesAsSent(
	body: string,
	attributes: Readonly<Record<string, string>>,
): number {
	return Object.entries(attributes).reduce(
		(bytes, [name, value]) =>
			bytes + Buffer.byteLength(`${name}String${value}`),
		Buffer.byteLength(body),
	);
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
		traceparent: facts.traceparent,
		via: facts.via,
	};
}

/** Without what SQS refuses: U+FFFE, U+FFFF and halves of a pair; whole pairs too, which not every SQS takes. In JSON they can only stand inside a string. */
function escapeForQueue(json: string): string {
	return json.replace(
		/[\ud800-\udfff\ufffe\uffff]/g,
		(unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
	);
}

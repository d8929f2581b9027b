import { deflateSync, inflateSync } from "node:zlib";
import { maxMessageBytes } from "./event.ts";

/** What an item's other attributes say of its message already. */
export interface Known {
	pk: string;
	id: string;
	type: string;
	via: string;
	at: string;
}

/** A message as it is stored: compressed, with what is known of it beside it as the dictionary, so that nothing is stored twice. */
export function pack(message: string, known: Known): Uint8Array {
	return deflateSync(message, { dictionary: dictionaryOf(known) });
}

/** Throws where the envelope does not belong to these attributes, or holds more than a message can. */
export function unpack(envelope: Uint8Array, known: Known): string {
	const bytes = inflateSync(envelope, {
		dictionary: dictionaryOf(known),
		maxOutputLength: maxMessageBytes,
	});
	return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** Never changes, whatever becomes of messages: an envelope can be read with the very dictionary it was made with, and no other. */
function dictionaryOf({ pk, id, type, via, at }: Known): Uint8Array {
	const [provider] = type.split(".");
	return Buffer.from(
		`{"specversion":"1.0","id":"${id}","source":"/providers/${provider}","type":"${type}","subject":"","time":"${at}","datacontenttype":"application/json","dataschema":"urn:billhook:schema:${type}","recordedtime":"${at}","partitionkey":"${pk}","lane":"","sequence":"00-000000000001","traceparent":"00-01","via":"${via}","data":{"`,
	);
}

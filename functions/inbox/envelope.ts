import { deflateSync, inflateSync } from "node:zlib";
import { maxMessageBytes } from "./event.ts";
import { vocabulary } from "./vocabulary.ts";

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
	const dictionary = dictionaryOf(known, vocabularyOf(known));
	// no more memory than both need: zlib's own choice takes 268 KB for every message
	const bits = 32 - Math.clz32(dictionary.length + message.length);
	const windowBits = Math.min(Math.max(bits, 9), 15);
	const memLevel = windowBits - 7;
	const chunkSize = 2 ** windowBits;
	return deflateSync(message, { dictionary, windowBits, memLevel, chunkSize });
}

/** Throws where the envelope does not belong to these attributes, or holds more than a message can. */
export function unpack(envelope: Uint8Array, known: Known): string {
	const words = vocabularyOf(known);
	try {
		return inflate(envelope, dictionaryOf(known, words));
	} catch (error) {
		// it may be older than its provider's vocabulary; zlib tells one dictionary from another
		if (words === "" || !/bad dictionary/i.test(String(error))) throw error;
		return inflate(envelope, dictionaryOf(known));
	}
}

function inflate(envelope: Uint8Array, dictionary: Uint8Array): string {
	const bytes = inflateSync(envelope, {
		dictionary,
		// as the envelope says
		windowBits: 0,
		chunkSize: 4096,
		maxOutputLength: maxMessageBytes,
	});
	return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

function vocabularyOf({ type }: Known): string {
	return vocabulary[providerOf(type)] ?? "";
}

function providerOf(type: string): string {
	return type.slice(0, type.indexOf("."));
}

/** Never changes, whatever becomes of messages: an envelope can be read with the very dictionary it was made with, and no other. */
function dictionaryOf(
	{ pk, id, type, via, at }: Known,
	words = "",
): Uint8Array {
	return Buffer.from(
		`${words}{"specversion":"1.0","id":"${id}","source":"/providers/${providerOf(type)}","type":"${type}","subject":"","time":"${at}","datacontenttype":"application/json","dataschema":"urn:billhook:schema:${type}","recordedtime":"${at}","partitionkey":"${pk}","lane":"","sequence":"00-000000000001","traceparent":"00-01","via":"${via}","data":{"`,
	);
}

import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unpack } from "../../functions/inbox/envelope.ts";
import { shortNames } from "../../functions/inbox/item.ts";

type Attributes = Readonly<Record<string, AttributeValue>>;

/** The message that an event's item holds, as DynamoDB or its stream shows it. */
export function messageIn(item: Attributes = {}): string {
	const { pk, id, type, via, at, [shortNames.envelope]: envelope } = item;
	return unpack(envelope?.B ?? new Uint8Array(), {
		pk: pk?.S ?? "",
		id: id?.S ?? "",
		type: type?.S ?? "",
		via: via?.S ?? "",
		at: at?.S ?? "",
	});
}

/** As DynamoDB counts it: names and values. */
export function bytesIn(item: Attributes): number {
	return Object.entries(item).reduce((bytes, [name, { S = "", N, B }]) => {
		const value = N === undefined ? (B ?? Buffer.from(S)).length : bytesOf(N);
		return bytes + Buffer.byteLength(name) + value;
	}, 0);
}

/** A byte for two digits, and one more. */
function bytesOf(number: string): number {
	return Math.ceil(number.length / 2) + 1;
}

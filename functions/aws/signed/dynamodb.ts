import type { DynamoDb } from "../calls.ts";
import { openJsonCalls } from "./json-calls.ts";

/** DynamoDB by requests of our own; the endpoint, if none is given, is the environment's. */
export function openDynamoDb(endpoint?: string): DynamoDb {
	const call = openJsonCalls("dynamodb", {
		contentType: "application/x-amz-json-1.0",
		target: "DynamoDB_20120810",
		endpoint,
	});
	return {
		getItem: (input, signal) => call("GetItem", input, signal),
		putItem: (input, signal) => call("PutItem", input, signal),
		updateItem: (input, signal) => call("UpdateItem", input, signal),
		deleteItem: (input, signal) => call("DeleteItem", input, signal),
		query: (input, signal) => call("Query", input, signal),
	};
}

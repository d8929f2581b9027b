import type { DynamoDb } from "./calls.ts";
import { patiently } from "./patience.ts";

const patienceMs = 6000;

/** Calls that are repeated while time is left; all must bear that. */
export type PatientDynamoDb = {
	[Name in keyof DynamoDb]: (
		input: Parameters<DynamoDb[Name]>[0],
	) => ReturnType<DynamoDb[Name]>;
};

/** For everything but the inbox, which says of each call how long it may take. */
export function withPatience(
	dynamodb: DynamoDb,
	leftMs = () => patienceMs,
): PatientDynamoDb {
	const repeat = <Answer>(call: (signal: AbortSignal) => Promise<Answer>) =>
		patiently(leftMs(), call);
	return {
		getItem: (input) => repeat((signal) => dynamodb.getItem(input, signal)),
		putItem: (input) => repeat((signal) => dynamodb.putItem(input, signal)),
		updateItem: (input) =>
			repeat((signal) => dynamodb.updateItem(input, signal)),
		deleteItem: (input) =>
			repeat((signal) => dynamodb.deleteItem(input, signal)),
		query: (input) => repeat((signal) => dynamodb.query(input, signal)),
	};
}

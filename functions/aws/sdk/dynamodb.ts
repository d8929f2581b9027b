import {
	DeleteItemCommand,
	DynamoDBClient,
	GetItemCommand,
	PutItemCommand,
	QueryCommand,
	UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDb } from "../calls.ts";

/** DynamoDB by the SDK; the endpoint, if none is given, is the environment's. */
export function openDynamoDb(endpoint?: string): DynamoDb {
	const client = new DynamoDBClient({
		...(endpoint && { endpoint }),
		// repeating, and how long an attempt may take, is up to the caller
		maxAttempts: 1,
		requestHandler: { connectionTimeout: 1000 },
	});
	return {
		getItem: (input, abortSignal) =>
			client.send(new GetItemCommand(input), { abortSignal }),
		putItem: (input, abortSignal) =>
			client.send(new PutItemCommand(input), { abortSignal }),
		updateItem: (input, abortSignal) =>
			client.send(new UpdateItemCommand(input), { abortSignal }),
		deleteItem: (input, abortSignal) =>
			client.send(new DeleteItemCommand(input), { abortSignal }),
		query: (input, abortSignal) =>
			client.send(new QueryCommand(input), { abortSignal }),
	};
}

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { patiently } from "./patience.ts";

const patienceMs = 6000;

/** A client for everything but the inbox, which repeats each of its calls while time is left: all must bear that. */
export function openDynamoDb(leftMs = () => patienceMs): DynamoDBClient {
	const client = new DynamoDBClient({
		maxAttempts: 1,
		requestHandler: {
			connectionTimeout: 1000,
			requestTimeout: 2000,
			// half an answer, then nothing
			socketTimeout: 2000,
			throwOnRequestTimeout: true,
		},
	});
	client.middlewareStack.add(
		(next) => (request) => patiently(leftMs(), () => next(request)),
		{ step: "initialize", name: "patiently" },
	);
	return client;
}

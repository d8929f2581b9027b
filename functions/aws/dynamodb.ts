import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** A client for everything but the inbox, whose patience ends within a webhook's deadline. */
export function openDynamoDb(): DynamoDBClient {
	return new DynamoDBClient({
		maxAttempts: 3,
		requestHandler: {
			connectionTimeout: 1000,
			requestTimeout: 2000,
			throwOnRequestTimeout: true,
		},
	});
}

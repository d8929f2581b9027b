import {
	type DynamoDBClient,
	paginateScan,
	UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { pack } from "../../functions/inbox/envelope.ts";
import { storedName } from "../../functions/inbox/item.ts";

const another = { pk: "pk", id: "id", type: "a.b", via: "poll", at: "at" };

/** Puts another event's envelope into an event's place, as only a hand can. */
export async function damage(
	client: DynamoDBClient,
	table: string,
	event: string,
): Promise<void> {
	for await (const { Items = [] } of paginateScan(
		{ client },
		{ TableName: table },
	))
		for (const { pk, sk, id } of Items)
			if (pk && sk && id?.S === event)
				await client.send(
					new UpdateItemCommand({
						TableName: table,
						Key: { pk, sk },
						UpdateExpression: "SET #envelope = :envelope",
						ExpressionAttributeNames: { "#envelope": storedName("envelope") },
						ExpressionAttributeValues: {
							":envelope": { B: pack('{"id":"id"}', another) },
						},
					}),
				);
}

import { QueryCommand } from "@aws-sdk/client-dynamodb";
import {
	fromItem,
	shardName,
	shards,
} from "../../functions/aws/watches/item.ts";
import type { KeptWatch } from "../../functions/polling/kept-watch.ts";
import { type Installation, only } from "./installation.ts";

/** The watches of a subject; of a provider without watches, none. */
export async function watchesOf(
	installation: Installation,
	provider: string,
	subject: string,
): Promise<KeptWatch[]> {
	const { watches: table } = only(installation, provider).tables;
	if (!table) return [];
	const found = await Promise.all(
		Array.from({ length: shards }, (_, shard) =>
			ofShard(installation, table, shardName(shard), subject),
		),
	);
	return found.flat();
}

async function ofShard(
	{ clients }: Installation,
	table: string,
	shard: string,
	subject: string,
): Promise<KeptWatch[]> {
	const watches: KeptWatch[] = [];
	let from: QueryCommand["input"]["ExclusiveStartKey"];
	do {
		const { Items = [], LastEvaluatedKey } = await clients.dynamodb().send(
			new QueryCommand({
				TableName: table,
				IndexName: "by-due",
				KeyConditionExpression: "dueshard = :shard",
				FilterExpression: "subject = :subject",
				ExpressionAttributeValues: {
					":shard": { S: shard },
					":subject": { S: subject },
				},
				ExclusiveStartKey: from,
			}),
		);
		watches.push(...Items.map(fromItem));
		from = LastEvaluatedKey;
	} while (from);
	return watches;
}

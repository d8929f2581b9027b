import type { QueryInput, QueryOutput } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { KeptWatch } from "../../polling/kept-watch.ts";
import type { Attributes } from "../calls.ts";
import { fromItem, shardName, shards } from "./item.ts";

export type Query = (
	input: Omit<QueryInput, "TableName">,
) => Promise<QueryOutput>;

export interface WatchPage {
	watches: KeptWatch[];
	next?: string;
}

const read = 32;
const listed = 100;

/** What is due, oldest first: the shards of the index merged. */
export async function* dueWatches(
	query: Query,
	now: Date,
): AsyncGenerator<KeptWatch> {
	const queues = await Promise.all(
		Array.from({ length: shards }, async (_, shard) => {
			const queue = {
				shard,
				watches: [] as KeptWatch[],
				from: {} as Attributes | undefined,
			};
			await refill(queue);
			return queue;
		}),
	);

	async function refill(queue: {
		shard: number;
		watches: KeptWatch[];
		from: Attributes | undefined;
	}): Promise<void> {
		while (queue.watches.length === 0 && queue.from) {
			const first = Object.keys(queue.from).length === 0;
			const { Items = [], LastEvaluatedKey } = await query({
				IndexName: "by-due",
				KeyConditionExpression: "dueshard = :shard AND due <= :now",
				ExpressionAttributeValues: {
					":shard": { S: shardName(queue.shard) },
					":now": { S: now.toISOString() },
				},
				Limit: read,
				ExclusiveStartKey: first ? undefined : queue.from,
			});
			queue.watches.push(...Items.map(fromItem));
			queue.from = LastEvaluatedKey;
		}
	}

	for (;;) {
		let oldest: (typeof queues)[number] | undefined;
		for (const queue of queues) {
			const [head] = queue.watches;
			const [best] = oldest?.watches ?? [];
			if (head && (!best || head.due < best.due)) oldest = queue;
		}
		const watch = oldest?.watches.shift();
		if (!oldest || !watch) return;
		await refill(oldest);
		yield watch;
	}
}

const Place = z.tuple([
	z.int().check(z.gte(0), z.lt(shards)),
	z.nullable(z.record(z.string(), z.strictObject({ S: z.string() }))),
]);

/** `next` is not one that an earlier page gave. */
export class UnknownPage extends Error {
	override name = "UnknownPage";
}

/** A page of all watches, in no order that anybody should rely on. */
export async function listWatches(
	query: Query,
	next?: string,
): Promise<WatchPage> {
	const watches: KeptWatch[] = [];
	let [shard, from] = next === undefined ? [0, null] : readPlace(next);
	for (; shard < shards; shard++, from = null) {
		if (watches.length === listed)
			return { watches, next: sayPlace(shard, null) };
		const { Items = [], LastEvaluatedKey } = await query({
			IndexName: "by-due",
			KeyConditionExpression: "dueshard = :shard",
			ExpressionAttributeValues: { ":shard": { S: shardName(shard) } },
			Limit: listed - watches.length,
			ExclusiveStartKey: from ?? undefined,
		});
		watches.push(...Items.map(fromItem));
		if (LastEvaluatedKey)
			return { watches, next: sayPlace(shard, LastEvaluatedKey) };
	}
	return { watches };
}

function sayPlace(shard: number, key: Attributes | null): string {
	return Buffer.from(JSON.stringify([shard, key])).toString("base64url");
}

function readPlace(text: string): z.output<typeof Place> {
	try {
		const json: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
		return Place.parse(json);
	} catch {
		throw new UnknownPage("is not a place in the list");
	}
}

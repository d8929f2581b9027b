import { randomUUID } from "node:crypto";
import {
	type AttributeValue,
	ConditionalCheckFailedException,
	DeleteItemCommand,
	type DynamoDBClient,
	GetItemCommand,
	PutItemCommand,
	QueryCommand,
	UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { UnfitWatch } from "../inbox/watch-request.ts";
import {
	beginWatch,
	type KeptWatch,
	type StartWatch,
	type WatchStore,
} from "../polling/kept-watch.ts";
import type { Watch, Watches } from "../polling/poll.ts";
import { dueWatches, listWatches, type WatchPage } from "./due.ts";
import { openDynamoDb } from "./dynamodb.ts";
import {
	epochAfter,
	fromItem,
	referenceKey,
	shardOf,
	toItem,
	watchKey,
} from "./watch-item.ts";

export interface WatchesOptions {
	table: string;
	/** `provider.poll.watches`; without it nothing can be started */
	rules?: Watches;
	retentionDays?: number;
	now?: () => Date;
	random?: () => number;
	client?: DynamoDBClient;
}

export interface OpenWatches extends WatchStore {
	/** idempotent; throws `UnfitWatch` where the request cannot become a watch */
	start(request: StartWatch): Promise<{ known: boolean; watch: KeptWatch }>;
	/** the subject that somebody started a watch for under this reference */
	byReference(reference: string): Promise<string | undefined>;
	list(next?: string): Promise<WatchPage>;
	/** forgets the watch and its reference; false where there was none */
	stop(watch: Pick<Watch, "subject" | "kind">): Promise<boolean>;
}

/** A provider's watches in its watches table. */
export function openWatches({
	table,
	rules,
	retentionDays = 400,
	now = () => new Date(),
	random = Math.random,
	client = openDynamoDb(),
}: WatchesOptions): OpenWatches {
	const TableName = table;

	async function start(request: StartWatch) {
		if (!rules) throw new Error("This provider has no watches.");
		const options = { rules, retentionDays, now: now(), random: random() };
		const watch = beginWatch(request, options);
		// before the watch: one that was cut off here is completed by the next request
		if (watch.reference !== undefined) await refer(watch.reference, watch);
		const stood = await add(watch);
		if (!stood) return { known: false, watch };
		const { reference = stood.reference } = watch;
		const kept = { ...stood, reference };
		if (stood.reference === undefined && reference !== undefined)
			await replace(kept);
		return { known: true, watch: kept };
	}

	async function add(watch: KeptWatch): Promise<KeptWatch | undefined> {
		const attempt = randomUUID();
		const stood = await conditionally(() =>
			client.send(
				new PutItemCommand({
					TableName,
					Item: { ...toItem(watch), attempt: { S: attempt } },
					ConditionExpression: "attribute_not_exists(pk) OR expires < :now",
					ExpressionAttributeValues: { ":now": { N: epochAfter(now(), 0) } },
					ReturnValuesOnConditionCheckFailure: "ALL_OLD",
				}),
			),
		);
		if (!stood || stood.attempt?.S === attempt) return undefined;
		return fromItem(stood);
	}

	/** Outlives the watch, for the delivery that shows the reference may come after its end. */
	async function refer(reference: string, watch: KeptWatch): Promise<void> {
		const { subject, kind, deadline } = watch;
		const taken = await conditionally(() =>
			client.send(
				new PutItemCommand({
					TableName,
					Item: {
						...referenceKey(reference),
						subject: { S: subject },
						kind: { S: kind },
						expires: { N: epochAfter(deadline, retentionDays) },
					},
					ConditionExpression:
						"attribute_not_exists(pk) OR expires < :now OR (subject = :subject AND #kind = :kind)",
					ExpressionAttributeNames: { "#kind": "kind" },
					ExpressionAttributeValues: {
						":now": { N: epochAfter(now(), 0) },
						":subject": { S: subject },
						":kind": { S: kind },
					},
				}),
			),
		);
		if (taken) throw new UnfitWatch("reference", "stands for another subject");
	}

	/** Unless a claim is faster: the reference itself stands already. */
	async function replace(watch: KeptWatch): Promise<void> {
		await conditionally(() =>
			client.send(
				new PutItemCommand({
					TableName,
					Item: toItem({ ...watch, version: watch.version + 1 }),
					ConditionExpression: "version = :version",
					ExpressionAttributeValues: {
						":version": { N: String(watch.version) },
					},
				}),
			),
		);
	}

	/** Moves a watch from the version that was read to the next one. */
	async function move(
		watch: KeptWatch,
		to: { due: Date; asked: number },
	): Promise<boolean> {
		const attempt = randomUUID();
		const stood = await conditionally(() =>
			client.send(
				new UpdateItemCommand({
					TableName,
					Key: watchKey(watch),
					UpdateExpression:
						"SET due = :due, dueshard = :shard, asked = :asked, version = :next, attempt = :attempt",
					ConditionExpression: "version = :version",
					ExpressionAttributeValues: {
						":due": { S: to.due.toISOString() },
						":shard": { S: shardOf(watch) },
						":asked": { N: String(to.asked) },
						":next": { N: String(watch.version + 1) },
						":attempt": { S: attempt },
						":version": { N: String(watch.version) },
					},
					ReturnValuesOnConditionCheckFailure: "ALL_OLD",
				}),
			),
		);
		return !stood || stood.attempt?.S === attempt;
	}

	/** The item that stood in the way, or undefined where nothing did. */
	async function conditionally(
		write: () => Promise<unknown>,
	): Promise<Record<string, AttributeValue> | undefined> {
		try {
			await write();
			return undefined;
		} catch (error) {
			if (!(error instanceof ConditionalCheckFailedException)) throw error;
			return error.Item ?? {};
		}
	}

	async function remove(
		key: Record<string, AttributeValue>,
	): Promise<Record<string, AttributeValue> | undefined> {
		const { Attributes } = await client.send(
			new DeleteItemCommand({ TableName, Key: key, ReturnValues: "ALL_OLD" }),
		);
		return Attributes;
	}

	const query = (
		input: Omit<ConstructorParameters<typeof QueryCommand>[0], "TableName">,
	) => client.send(new QueryCommand({ TableName, ...input }));

	return {
		start,
		due: (at) => dueWatches(query, at),
		list: (next) => listWatches(query, next),
		claim: (watch, due) => move(watch, { due, asked: watch.asked + 1 }),
		async release(watch) {
			// the claim has moved it to the next version
			await move({ ...watch, version: watch.version + 1 }, watch);
		},
		async markSeen(watch) {
			await conditionally(() =>
				client.send(
					new UpdateItemCommand({
						TableName,
						Key: watchKey(watch),
						UpdateExpression: "SET seen = :seen",
						ConditionExpression: "attribute_exists(pk)",
						ExpressionAttributeValues: { ":seen": { BOOL: true } },
					}),
				),
			);
		},
		async end(watch) {
			await remove(watchKey(watch));
		},
		async stop(watch) {
			const stood = await remove(watchKey(watch));
			if (stood?.reference?.S) await remove(referenceKey(stood.reference.S));
			return stood !== undefined;
		},
		async byReference(reference) {
			const { Item } = await client.send(
				new GetItemCommand({
					TableName,
					Key: referenceKey(reference),
					ConsistentRead: true,
				}),
			);
			const expired = Number(Item?.expires?.N) * 1000 <= now().getTime();
			return Item && !expired ? Item.subject?.S : undefined;
		},
	};
}

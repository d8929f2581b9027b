import { setTimeout as delay } from "node:timers/promises";
import {
	type AttributeValue,
	ConditionalCheckFailedException,
	DynamoDBClient,
	GetItemCommand,
	PutItemCommand,
	QueryCommand,
	UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
	attributeOf,
	type Item,
	onceKey,
	shortNames,
	storedName,
} from "../inbox/item.ts";
import type { Inbox } from "../inbox/record.ts";
import { patiently, pauseMs } from "./patience.ts";

export interface InboxOptions {
	table: string;
	/** absent, as the SDK's environment says */
	endpoint?: string;
}

const readMs = 2000;

/** A provider's inbox in DynamoDB. */
export function openInbox({ table, endpoint }: InboxOptions): Inbox {
	const client = new DynamoDBClient({
		...(endpoint && { endpoint }),
		// repeating, and how long an attempt may take, is up to `patiently`
		maxAttempts: 1,
		requestHandler: { connectionTimeout: 1000 },
	});

	async function put(
		item: Item,
		leftMs: number,
		condition: { expression: string; values?: Attributes },
	): Promise<Item | undefined> {
		const command = new PutItemCommand({
			TableName: table,
			Item: toAttributes(item),
			ConditionExpression: condition.expression,
			ExpressionAttributeValues: condition.values,
			ReturnValuesOnConditionCheckFailure: "ALL_OLD",
		});
		try {
			await patiently(leftMs, (abortSignal) =>
				client.send(command, { abortSignal }),
			);
			return undefined;
		} catch (error) {
			const stood = standing(error);
			if (!stood) throw error;
			return stood;
		}
	}

	/** Answers whether the item was there to be counted. */
	async function addOne(item: Item, leftMs: number): Promise<boolean> {
		const { pk, sk, attempt, expires, lasttime } = item;
		const command = new UpdateItemCommand({
			TableName: table,
			Key: toAttributes({ pk, sk }),
			// an attempt that was counted, and whose answer was lost, is not counted again
			ConditionExpression: "attribute_exists(pk) AND #attempt <> :attempt",
			UpdateExpression:
				"SET #attempt = :attempt, expires = :expires, lasttime = :lasttime ADD #count :one",
			ExpressionAttributeNames: {
				"#attempt": shortNames.attempt,
				"#count": "count",
			},
			ExpressionAttributeValues: toAttributes({
				":attempt": attempt,
				":expires": expires,
				":lasttime": lasttime,
				":one": 1,
			}),
			ReturnValuesOnConditionCheckFailure: "ALL_OLD",
		});
		try {
			await patiently(leftMs, (abortSignal) =>
				client.send(command, { abortSignal }),
			);
			return true;
		} catch (error) {
			return standing(error) !== undefined;
		}
	}

	return {
		add(item, leftMs) {
			return put(item, leftMs, { expression: "attribute_not_exists(pk)" });
		},

		async count(item, now, leftMs) {
			const counted = { ...item, count: 1 };
			const gone = {
				expression: "attribute_not_exists(pk) OR expires <= :now",
				values: toAttributes({ ":now": Math.floor(now.getTime() / 1000) }),
			};
			for (;;) {
				const stood = await put(counted, leftMs, gone);
				if (!stood || stood.attempt === item.attempt) return { first: true };
				if (await addOne(item, leftMs)) return { first: false };
			}
		},

		async last(pk, prefix, leftMs) {
			const command = new QueryCommand({
				TableName: table,
				KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
				ExpressionAttributeValues: toAttributes({
					":pk": pk,
					":prefix": prefix,
				}),
				ProjectionExpression:
					"pk, sk, id, kind, #at, expires, #attempt, #summary",
				ExpressionAttributeNames: {
					"#at": "at",
					"#attempt": shortNames.attempt,
					"#summary": shortNames.summary,
				},
				ScanIndexForward: false,
				Limit: 1,
				ConsistentRead: true,
			});
			const { Items: [newest] = [] } = await patiently(leftMs, (abortSignal) =>
				client.send(command, { abortSignal }),
			);
			return newest && toItem(newest);
		},

		async pause(tries, leftMs) {
			await delay(Math.min(leftMs, pauseMs(tries)));
		},

		async renew({ pk, sk }, expires, leftMs) {
			const command = new UpdateItemCommand({
				TableName: table,
				Key: toAttributes({ pk, sk }),
				ConditionExpression: "attribute_exists(pk) AND expires < :expires",
				UpdateExpression: "SET expires = :expires",
				ExpressionAttributeValues: toAttributes({ ":expires": expires }),
			});
			try {
				await patiently(leftMs, (abortSignal) =>
					client.send(command, { abortSignal }),
				);
			} catch (error) {
				if (!(error instanceof ConditionalCheckFailedException)) throw error;
			}
		},

		async has(subject, onceId, leftMs = readMs) {
			const { pk, sk } = onceKey(subject, onceId);
			const command = new GetItemCommand({
				TableName: table,
				Key: toAttributes({ pk, sk }),
				ProjectionExpression: "pk",
				ConsistentRead: true,
			});
			const { Item } = await patiently(leftMs, (abortSignal) =>
				client.send(command, { abortSignal }),
			);
			return Item !== undefined;
		},
	};
}

/** What stood in the way of a condition; undefined where nothing does. */
function standing(error: unknown): Item | undefined {
	if (!(error instanceof ConditionalCheckFailedException)) throw error;
	return error.Item && toItem(error.Item);
}

type Attributes = Record<string, AttributeValue>;

export function toAttributes(
	values: Readonly<Record<string, Item[string]>>,
): Attributes {
	const attributes: Attributes = {};
	for (const [attribute, value] of Object.entries(values)) {
		const name = storedName(attribute);
		if (typeof value === "string") attributes[name] = { S: value };
		else if (typeof value === "number") attributes[name] = { N: String(value) };
		else if (value) attributes[name] = { B: value };
	}
	return attributes;
}

export function toItem(attributes: Attributes): Item {
	const values = Object.entries(attributes).map(([name, { S, N, B }]) => [
		attributeOf(name),
		S ?? (N === undefined ? B : Number(N)),
	]);
	return Object.fromEntries(values);
}

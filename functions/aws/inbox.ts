import { setTimeout as delay } from "node:timers/promises";
import {
	attributeOf,
	type Item,
	onceKey,
	shortNames,
	storedName,
} from "../inbox/item.ts";
import type { Inbox } from "../inbox/record.ts";
import type { Attributes, DynamoDb } from "./calls.ts";
import { conditionally } from "./conditionally.ts";
import { withPatience } from "./dynamodb.ts";
import { pauseMs } from "./patience.ts";

export interface InboxOptions {
	table: string;
	dynamodb: DynamoDb;
}

const readMs = 2000;

/** A provider's inbox in DynamoDB. */
export function openInbox({ table, dynamodb }: InboxOptions): Inbox {
	const within = (leftMs: number) => withPatience(dynamodb, () => leftMs);

	/** Answers what stood in the way. */
	async function put(
		item: Item,
		leftMs: number,
		condition: { expression: string; values?: Attributes },
	): Promise<Item | undefined> {
		const stood = await conditionally(() =>
			within(leftMs).putItem({
				TableName: table,
				Item: toAttributes(item),
				ConditionExpression: condition.expression,
				ExpressionAttributeValues: condition.values,
				ReturnValuesOnConditionCheckFailure: "ALL_OLD",
			}),
		);
		if (stood && !stood.pk) throw new Error("What stands there is not shown.");
		return stood && toItem(stood);
	}

	/** Answers whether the item was there to be counted. */
	async function addOne(item: Item, leftMs: number): Promise<boolean> {
		const { pk, sk, attempt, expires, lasttime } = item;
		const stood = await conditionally(() =>
			within(leftMs).updateItem({
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
			}),
		);
		return !stood || "pk" in stood;
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
			const { Items: [newest] = [] } = await within(leftMs).query({
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
			return newest && toItem(newest);
		},

		async pause(tries, leftMs) {
			await delay(Math.min(leftMs, pauseMs(tries)));
		},

		async renew({ pk, sk }, expires, leftMs) {
			await conditionally(() =>
				within(leftMs).updateItem({
					TableName: table,
					Key: toAttributes({ pk, sk }),
					ConditionExpression: "attribute_exists(pk) AND expires < :expires",
					UpdateExpression: "SET expires = :expires",
					ExpressionAttributeValues: toAttributes({ ":expires": expires }),
				}),
			);
		},

		async has(subject, onceId, leftMs = readMs) {
			const { pk, sk } = onceKey(subject, onceId);
			const { Item } = await within(leftMs).getItem({
				TableName: table,
				Key: toAttributes({ pk, sk }),
				ProjectionExpression: "pk",
				ConsistentRead: true,
			});
			return Item !== undefined;
		},
	};
}

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

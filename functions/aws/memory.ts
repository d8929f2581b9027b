import { createHash, randomUUID } from "node:crypto";
import type { Memory } from "../asking/memory.ts";
import { eachOf } from "../polling/each.ts";
import { conditionally } from "./conditionally.ts";
import type { PatientDynamoDb } from "./dynamodb.ts";

export interface MemoryOptions {
	/** the provider's watches table */
	table: string;
	now?: () => Date;
	dynamodb: PatientDynamoDb;
}

/** Cursors, tokens, gate, lease and remembered keys: small items beside the watches. */
export function openMemory({
	table,
	now = () => new Date(),
	dynamodb,
}: MemoryOptions): Memory {
	const TableName = table;

	return {
		async read<Value>(name: string) {
			const { Item } = await dynamodb.getItem({
				TableName,
				Key: keyOf("memory", name),
				ConsistentRead: true,
			});
			if (!Item) return undefined;
			return {
				value: JSON.parse(Item.value?.S ?? "null") as Value,
				version: Number(Item.version?.N),
			};
		},

		async replace(name, value, version) {
			const attempt = randomUUID();
			const stood = await conditionally(() =>
				dynamodb.putItem({
					TableName,
					Item: {
						...keyOf("memory", name),
						value: { S: JSON.stringify(value) },
						version: { N: String(version + 1) },
						attempt: { S: attempt },
					},
					ConditionExpression:
						version === 0 ? "attribute_not_exists(pk)" : "version = :version",
					ExpressionAttributeValues:
						version === 0 ? undefined : { ":version": { N: String(version) } },
					ReturnValuesOnConditionCheckFailure: "ALL_OLD",
				}),
			);
			// an answer that got lost after commit is our own success
			return !stood || stood.attempt?.S === attempt;
		},

		async remember(list, notes, expires) {
			const epoch = String(Math.ceil(expires.getTime() / 1000));
			await eachOf([...notes], ([key, note]) =>
				dynamodb.putItem({
					TableName,
					Item: {
						...keyOf("remembered", list, key),
						value: { S: note },
						expires: { N: epoch },
					},
				}),
			);
		},

		async remembered(list, keys) {
			const found = await eachOf(keys, async (key) => {
				const { Item } = await dynamodb.getItem({
					TableName,
					Key: keyOf("remembered", list, key),
				});
				const expires = Number(Item?.expires?.N ?? 0) * 1000;
				const note = Item?.value?.S ?? "";
				return expires > now().getTime() ? [[key, note] as const] : [];
			});
			return new Map(found.flat());
		},
	};
}

/** Names hold members' ids and subjects: only their digest stands in a key. */
export function keyOf(kind: string, ...names: readonly string[]) {
	const digest = createHash("sha256")
		.update(JSON.stringify(names))
		.digest("hex");
	return { pk: { S: `${kind}#${digest}` }, sk: { S: kind } };
}

import {
	type AttributeValue,
	BatchGetItemCommand,
	type BatchGetItemCommandOutput,
	type DynamoDBClient,
	QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { hourOf } from "../../functions/inbox/item.ts";
import { begun, merge } from "../command/merge.ts";

/** A row of the inbox's index by hour: when it was recorded, and where the rest of it stands. */
export interface IndexRow {
	pk: string;
	sk: string;
	id: string;
	at: string;
	kind: string;
	/** of an event or a claim */
	via?: string;
}

export type Order = "newest" | "oldest";

export interface Hours {
	client: DynamoDBClient;
	table: string;
	since: Date;
	until: Date;
	order: Order;
	/** what is asked of each row, beside its time */
	condition: string;
	values: Readonly<Record<string, string>>;
	/** attributes that DynamoDB takes for words of its own */
	names?: Readonly<Record<string, string>>;
	/** the only one that is looked for: it says in which shard of an hour it can be */
	id?: string;
	signal?: AbortSignal;
	/** told each hour that is begun */
	onHour?: (hour: string) => void;
}

const shards = 16;
const hourMs = 3_600_000;
// so many hours are asked for before they are needed, once hours come up empty, as most of a quiet inbox do
const mostAhead = 8;
// whoever lists the newest needs few of a busy hour
const firstRows = 25;
const pageRows = 400;

/** The rows of a time, in order. */
export async function* rowsOf(options: Hours): AsyncGenerator<IndexRow> {
	const { order, onHour, signal } = options;
	const compare = byTime(order);
	const hours = hoursOf(options);
	const opened: { hour: string; rows: AsyncGenerator<IndexRow> }[] = [];
	let ahead = options.id === undefined ? 1 : mostAhead;
	for (;;) {
		while (opened.length < ahead) {
			const { value: hour, done } = hours.next();
			if (done) break;
			const parts = shardsOf(hour, options).map((shard) =>
				rowsOfShard(shard, options),
			);
			opened.push({ hour, rows: begun(merge(parts, compare)) });
		}
		const next = opened.shift();
		if (!next || signal?.aborted) return;
		onHour?.(next.hour);
		let isEmpty = true;
		for await (const row of next.rows) {
			isEmpty = false;
			yield row;
		}
		if (isEmpty) ahead = Math.min(2 * ahead, mostAhead);
	}
}

export function byTime(order: Order) {
	const direction = order === "oldest" ? 1 : -1;
	return (one: { at: string }, other: { at: string }) =>
		one.at === other.at ? 0 : one.at < other.at ? -direction : direction;
}

function* hoursOf({ since, until, order }: Hours): Generator<string> {
	const first = Math.floor(since.getTime() / hourMs);
	const last = Math.floor(until.getTime() / hourMs);
	for (let passed = 0; passed <= last - first; passed++) {
		const hour = order === "oldest" ? first + passed : last - passed;
		yield new Date(hour * hourMs).toISOString().slice(0, 13);
	}
}

function shardsOf(hour: string, { id }: Hours): string[] {
	if (id !== undefined) return [hourOf(hour, id)];
	return Array.from(
		{ length: shards },
		(_, number) => `${hour}#${String(number).padStart(2, "0")}`,
	);
}

async function* rowsOfShard(
	shard: string,
	{ client, table, since, until, order, condition, values, names }: Hours,
): AsyncGenerator<IndexRow> {
	let from: Attributes | undefined;
	let limit = firstRows;
	do {
		const { Items = [], LastEvaluatedKey } = await client.send(
			new QueryCommand({
				TableName: table,
				IndexName: "by-hour",
				KeyConditionExpression:
					"#hour = :hour AND #at BETWEEN :since AND :until",
				FilterExpression: condition,
				ExpressionAttributeNames: { "#hour": "hour", "#at": "at", ...names },
				ExpressionAttributeValues: {
					":hour": { S: shard },
					":since": { S: since.toISOString() },
					":until": { S: until.toISOString() },
					...Object.fromEntries(
						Object.entries(values).map(([name, S]) => [name, { S }]),
					),
				},
				ScanIndexForward: order === "oldest",
				Limit: limit,
				ExclusiveStartKey: from,
			}),
		);
		limit = pageRows;
		for (const { pk, sk, id, at, kind, via } of Items)
			yield {
				pk: pk?.S ?? "",
				sk: sk?.S ?? "",
				id: id?.S ?? "",
				at: at?.S ?? "",
				kind: kind?.S ?? "",
				via: via?.S,
			};
		from = LastEvaluatedKey;
	} while (from);
}

export type Attributes = Record<string, AttributeValue>;

/** The rows whole, each under its two keys; without what has gone meanwhile. */
export async function getAll(
	client: DynamoDBClient,
	table: string,
	rows: readonly IndexRow[],
): Promise<Map<string, Attributes>> {
	const items = new Map<string, Attributes>();
	let keys: Attributes[] | undefined = rows.map(({ pk, sk }) => ({
		pk: { S: pk },
		sk: { S: sk },
	}));
	while (keys?.length) {
		const answer: BatchGetItemCommandOutput = await client.send(
			new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys } } }),
		);
		const { Responses, UnprocessedKeys } = answer;
		for (const item of Responses?.[table] ?? [])
			items.set(`${item.pk?.S} ${item.sk?.S}`, item);
		keys = UnprocessedKeys?.[table]?.Keys;
	}
	return items;
}

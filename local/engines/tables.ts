import { setTimeout as delay } from "node:timers/promises";
import {
	CreateTableCommand,
	type CreateTableCommandInput,
	DescribeTableCommand,
	type DynamoDBClient,
	type GlobalSecondaryIndex,
	type GlobalSecondaryIndexDescription,
	ResourceNotFoundException,
	type TableDescription,
	UpdateTableCommand,
	UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type { Planned } from "../template/plan.ts";

type Table = Planned<"AWS::DynamoDB::GlobalTable">;

/** Makes the table as the template has it, or brings the one that is there up to it. */
export async function openTable(
	client: DynamoDBClient,
	table: Table,
): Promise<void> {
	const there = await describe(client, table.ref);
	if (there) await adapt(client, table, there);
	else await create(client, table);
}

async function create(client: DynamoDBClient, table: Table): Promise<void> {
	const { ref: TableName, KeySchema, GlobalSecondaryIndexes } = table;
	await client.send(
		new CreateTableCommand({
			TableName,
			KeySchema,
			AttributeDefinitions: table.AttributeDefinitions,
			BillingMode: table.BillingMode,
			...(GlobalSecondaryIndexes.length > 0 && {
				GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(indexOf),
			}),
			StreamSpecification: streamOf(table),
		}),
	);
	await settled(client, TableName);
	const { TimeToLiveSpecification } = table;
	if (TimeToLiveSpecification)
		await client.send(
			new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }),
		);
}

async function adapt(
	client: DynamoDBClient,
	table: Table,
	there: TableDescription,
): Promise<void> {
	const { ref: TableName, AttributeDefinitions } = table;
	const wanted = new Map(
		table.GlobalSecondaryIndexes.map((index) => [index.IndexName, index]),
	);
	const indexes = new Map(
		there.GlobalSecondaryIndexes?.map((index) => [index.IndexName, index]),
	);
	const stream = streamOf(table);
	if (
		keysOf(there, there) !== keysOf(table, table) ||
		(there.StreamSpecification?.StreamEnabled &&
			there.StreamSpecification.StreamViewType !== stream?.StreamViewType)
	)
		throw startAfresh(table, "its keys or its stream");
	if (stream && !there.StreamSpecification?.StreamEnabled)
		await client.send(
			new UpdateTableCommand({ TableName, StreamSpecification: stream }),
		);
	for (const [IndexName, index] of wanted) {
		const old = indexes.get(IndexName);
		if (old && shapeOf(old, there) !== shapeOf(index, table))
			throw startAfresh(table, `its index ${IndexName}`);
		if (old) continue;
		const Create = indexOf(index);
		await client.send(
			new UpdateTableCommand({
				TableName,
				AttributeDefinitions,
				GlobalSecondaryIndexUpdates: [{ Create }],
			}),
		);
		await settled(client, TableName);
	}
}

function startAfresh(table: Table, what: string): Error {
	return new Error(
		`The template has changed ${what} of table ${table.logicalId}, which an existing table cannot follow. \`npm start -- --fresh\` deletes the local data and starts anew.`,
	);
}

function streamOf({ StreamSpecification: stream }: Table) {
	return stream
		? { StreamEnabled: true, StreamViewType: stream.StreamViewType }
		: undefined;
}

function indexOf(
	index: Table["GlobalSecondaryIndexes"][number],
): GlobalSecondaryIndex {
	const { IndexName, KeySchema, Projection } = index;
	return { IndexName, KeySchema, Projection };
}

type Keyed = Pick<GlobalSecondaryIndexDescription, "KeySchema">;
type Defined = Pick<CreateTableCommandInput, "AttributeDefinitions">;

function keysOf({ KeySchema = [] }: Keyed, of: Defined): string {
	const typeOf = (name: string | undefined) =>
		of.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === name)
			?.AttributeType;
	const keys = KeySchema.map(
		({ AttributeName, KeyType }) =>
			`${KeyType} ${AttributeName} ${typeOf(AttributeName)}`,
	);
	return keys.sort().join();
}

function shapeOf(
	index: Pick<GlobalSecondaryIndexDescription, "KeySchema" | "Projection">,
	of: Defined,
): string {
	const { ProjectionType, NonKeyAttributes = [] } = index.Projection ?? {};
	return `${keysOf(index, of)} ${ProjectionType} ${[...NonKeyAttributes].sort()}`;
}

async function describe(
	client: DynamoDBClient,
	TableName: string,
): Promise<TableDescription | undefined> {
	try {
		return (await client.send(new DescribeTableCommand({ TableName }))).Table;
	} catch (error) {
		if (error instanceof ResourceNotFoundException) return undefined;
		throw error;
	}
}

async function settled(
	client: DynamoDBClient,
	TableName: string,
): Promise<void> {
	for (;;) {
		const table = await describe(client, TableName);
		const indexes = table?.GlobalSecondaryIndexes ?? [];
		if (
			table?.TableStatus === "ACTIVE" &&
			indexes.every(({ IndexStatus }) => IndexStatus === "ACTIVE")
		)
			return;
		await delay(50);
	}
}

import { join } from "node:path";
import {
	BatchWriteItemCommand,
	CreateTableCommand,
	DeleteItemCommand,
	DescribeTableCommand,
	DynamoDBClient,
	PutItemCommand,
	UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DynamoDb } from "../../local/engines/dynamodb.ts";
import { openDynamoDb } from "../../local/engines/dynamodb.ts";
import type { Invoked } from "../../local/lambda/invoked.ts";
import type { Discarded } from "../../local/stream/batches.ts";
import {
	type Mapping,
	type MappingOptions,
	openMapping,
} from "../../local/stream/mapping.ts";
import { engines } from "../support/cloud.ts";
import { temporaryFolder } from "../support/local-app.ts";

const kind = JSON.stringify({
	eventName: ["INSERT"],
	dynamodb: { NewImage: { kind: { S: ["event"] } } },
});

describe.each(engines)("on %s", (engine) => {
	let database: DynamoDb;
	let client: DynamoDBClient;
	let streams: DynamoDBStreamsClient;
	let made = 0;
	const opened: (AsyncDisposable | Disposable)[] = [];

	beforeAll(async () => {
		database = await openDynamoDb({ engine });
		const access = {
			endpoint: database.endpoint,
			region: "us-east-1",
			credentials: { accessKeyId: "local", secretAccessKey: "local" },
		};
		client = new DynamoDBClient(access);
		streams = new DynamoDBStreamsClient(access);
	});

	afterEach(async () => {
		for (const one of opened.splice(0).reverse())
			if (Symbol.asyncDispose in one) await one[Symbol.asyncDispose]();
			else one[Symbol.dispose]();
	});

	afterAll(async () => {
		await database[Symbol.asyncDispose]();
	});

	async function table(): Promise<{ name: string; streamArn: string }> {
		const name = `table-${++made}`;
		await client.send(
			new CreateTableCommand({
				TableName: name,
				BillingMode: "PAY_PER_REQUEST",
				AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
				KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
				StreamSpecification: {
					StreamEnabled: true,
					StreamViewType: "NEW_AND_OLD_IMAGES",
				},
			}),
		);
		const { Table } = await client.send(
			new DescribeTableCommand({ TableName: name }),
		);
		return { name, streamArn: Table?.LatestStreamArn ?? "" };
	}

	const put = (TableName: string, pk: string, kind = "event") =>
		client.send(
			new PutItemCommand({
				TableName,
				Item: { pk: { S: pk }, kind: { S: kind } },
			}),
		);

	const renew = (TableName: string, pk: string) =>
		client.send(
			new UpdateItemCommand({
				TableName,
				Key: { pk: { S: pk } },
				UpdateExpression: "SET expires = :later",
				ExpressionAttributeValues: { ":later": { N: "1" } },
			}),
		);

	async function putMany(TableName: string, pks: string[]): Promise<void> {
		for (let i = 0; i < pks.length; i += 25)
			await client.send(
				new BatchWriteItemCommand({
					RequestItems: {
						[TableName]: pks.slice(i, i + 25).map((pk) => ({
							PutRequest: {
								Item: { pk: { S: pk }, kind: { S: "event" } },
							},
						})),
					},
				}),
			);
	}

	function mappingOf(
		streamArn: string,
		options: Partial<MappingOptions> & Pick<MappingOptions, "invoke">,
	): Mapping {
		const folder = temporaryFolder();
		const mapping = openMapping({
			streams,
			streamArn,
			region: "us-east-1",
			patterns: [kind],
			file: join(folder.path, "checkpoint.json"),
			batchSize: 100,
			bisect: false,
			reports: true,
			maximumRetryAttempts: -1,
			maximumRecordAgeSeconds: -1,
			discard: async () => {},
			onTrouble(error) {
				throw error;
			},
			...options,
		});
		opened.push(folder, mapping);
		return mapping;
	}

	test("brings each event once and in order, whatever else is written", async () => {
		const { name, streamArn } = await table();
		await put(name, "a");
		await put(name, "note", "quarantine");
		await put(name, "b");
		await renew(name, "b");
		await renew(name, "note");
		await client.send(
			new DeleteItemCommand({ TableName: name, Key: { pk: { S: "a" } } }),
		);
		const all = collector(3);
		const mapping = mappingOf(streamArn, all);
		await put(name, "c");
		mapping.wake();
		await all.whole;
		expect(all.keys()).toEqual(["a", "b", "c"]);
	});

	test("hands records on as Lambda does", async () => {
		const { name, streamArn } = await table();
		await client.send(
			new PutItemCommand({
				TableName: name,
				Item: {
					pk: { S: "a" },
					kind: { S: "event" },
					bytes: { B: new Uint8Array([0, 255]) },
					more: {
						L: [{ BS: [new Uint8Array([1])] }, { M: { n: { N: "1" } } }],
					},
				},
			}),
		);
		const all = collector(1);
		mappingOf(streamArn, all);
		await all.whole;
		expect(all.records).toEqual([
			{
				eventID: expect.any(String),
				eventName: "INSERT",
				eventVersion: "1.1",
				eventSource: "aws:dynamodb",
				awsRegion: "us-east-1",
				eventSourceARN: streamArn,
				dynamodb: {
					ApproximateCreationDateTime: expect.any(Number),
					Keys: { pk: { S: "a" } },
					NewImage: {
						pk: { S: "a" },
						kind: { S: "event" },
						bytes: { B: "AP8=" },
						more: { L: [{ BS: ["AQ=="] }, { M: { n: { N: "1" } } }] },
					},
					SequenceNumber: expect.any(String),
					SizeBytes: expect.any(Number),
					StreamViewType: "NEW_AND_OLD_IMAGES",
				},
			},
		]);
	});

	test("cuts batches at their size", async () => {
		const { name, streamArn } = await table();
		const pks = numbered(250);
		await putMany(name, pks);
		const all = collector(250);
		mappingOf(streamArn, all);
		await all.whole;
		expect(all.batches.every(({ length }) => length <= 100)).toBe(true);
		expect(all.keys().toSorted()).toEqual(pks);
	});

	test("takes a batch up again where the function says, having lost and repeated nothing before that", async () => {
		const { name, streamArn } = await table();
		for (const pk of numbered(5)) await put(name, pk);
		const all = collector(5);
		let refusals = 2;
		mappingOf(streamArn, {
			async invoke(event) {
				const failed = event.Records.findIndex(
					({ dynamodb }) => dynamodb?.NewImage?.pk?.S === "002",
				);
				if (failed < 0 || refusals-- <= 0) return all.invoke(event);
				await all.invoke({ Records: event.Records.slice(0, failed) });
				const last = event.Records.at(-1)?.dynamodb?.SequenceNumber;
				const first = event.Records[failed]?.dynamodb?.SequenceNumber;
				return answer({
					batchItemFailures: [
						{ itemIdentifier: last },
						{ itemIdentifier: first },
					],
				});
			},
		});
		await all.whole;
		expect(all.keys()).toEqual(numbered(5));
	});

	test.each([
		["an error", { error: { errorType: "Error", errorMessage: "no" } }],
		[
			"a report of a record it did not get",
			answer({ batchItemFailures: [{ itemIdentifier: "x" }] }),
		],
		[
			"a report without an identifier",
			answer({ batchItemFailures: [{ itemIdentifier: null }] }),
		],
	])("brings the whole batch again after %s", async (_, failure) => {
		const { name, streamArn } = await table();
		for (const pk of numbered(3)) await put(name, pk);
		const all = collector(3);
		let failures = 2;
		mappingOf(streamArn, {
			invoke: async (event) =>
				failures-- > 0 ? failure : await all.invoke(event),
		});
		await all.whole;
		expect(all.keys()).toEqual(numbered(3));
	});

	test("halves what fails until the record at fault stands alone, gives up on that one, and goes on", async () => {
		const { name, streamArn } = await table();
		for (const pk of numbered(8)) await put(name, pk);
		const all = collector(7);
		const discarded: Discarded[] = [];
		mappingOf(streamArn, {
			bisect: true,
			maximumRetryAttempts: 1,
			discard: async (one) => void discarded.push(one),
			invoke: async (event) =>
				keysOf(event.Records).includes("005")
					? { error: { errorType: "Error", errorMessage: "no" } }
					: await all.invoke(event),
		});
		await all.whole;
		expect(all.keys()).toEqual(numbered(8).filter((pk) => pk !== "005"));
		expect(discarded).toMatchObject([
			{ condition: "RetryAttemptsExhausted", functionError: true },
		]);
		expect(discarded.flatMap(({ records }) => keysOf(records))).toEqual([
			"005",
		]);
	});

	test("discards what is older than it may be", async () => {
		const { name, streamArn } = await table();
		await put(name, "a");
		const gone = Promise.withResolvers<Discarded>();
		mappingOf(streamArn, {
			maximumRecordAgeSeconds: 0,
			discard: async (one) => gone.resolve(one),
			invoke: () => Promise.reject(new Error("never")),
		});
		expect(await gone.promise).toMatchObject({
			condition: "RecordAgeExceeded",
			invocations: 0,
		});
	});

	test("goes on from its checkpoint, and from the beginning without one", async () => {
		const { name, streamArn } = await table();
		using folder = temporaryFolder();
		const file = join(folder.path, "checkpoint.json");
		const runs = [];
		for (const pk of ["a", "b"]) {
			await put(name, pk);
			const all = collector(1);
			await using _ = mappingOf(streamArn, { ...all, file });
			await all.whole;
			runs.push(all);
		}
		expect(runs.map((all) => all.keys())).toEqual([["a"], ["b"]]);
		const fresh = collector(2);
		mappingOf(streamArn, fresh);
		await fresh.whole;
		expect(fresh.keys()).toEqual(["a", "b"]);
	});

	test("an end in the middle of a failing batch brings it again at the next start", async () => {
		const { name, streamArn } = await table();
		using folder = temporaryFolder();
		const file = join(folder.path, "checkpoint.json");
		await put(name, "a");
		const tried = Promise.withResolvers<void>();
		const failing = mappingOf(streamArn, {
			file,
			async invoke() {
				tried.resolve();
				return { error: { errorType: "Error", errorMessage: "no" } };
			},
		});
		await tried.promise;
		await failing[Symbol.asyncDispose]();
		const all = collector(1);
		mappingOf(streamArn, { ...all, file });
		await all.whole;
		expect(all.keys()).toEqual(["a"]);
	});

	test("when woken it looks at once, and does not wait for its next look", async () => {
		const { name, streamArn } = await table();
		await put(name, "a");
		const [first, both] = [collector(1), collector(2)];
		const mapping = mappingOf(streamArn, {
			pauses: { shortestMs: 3_600_000, longestMs: 3_600_000 },
			async invoke(event) {
				await first.invoke(event);
				return both.invoke(event);
			},
		});
		await first.whole;
		await put(name, "b");
		mapping.wake();
		await both.whole;
	});
});

function collector(count: number) {
	const batches: DynamoDBRecord[][] = [];
	const whole = Promise.withResolvers<void>();
	return {
		batches,
		get records() {
			return batches.flat();
		},
		keys: () => keysOf(batches.flat()),
		/** resolves when so many records have come */
		whole: whole.promise,
		async invoke({ Records }: { Records: DynamoDBRecord[] }): Promise<Invoked> {
			batches.push(Records);
			if (batches.flat().length >= count) whole.resolve();
			return answer({ batchItemFailures: [] });
		},
	};
}

function answer(result: unknown): Invoked {
	return { payload: JSON.stringify(result) };
}

function keysOf(records: DynamoDBRecord[]): string[] {
	return records.map(({ dynamodb }) => dynamodb?.NewImage?.pk?.S ?? "");
}

function numbered(count: number): string[] {
	return Array.from({ length: count }, (_, i) => String(i).padStart(3, "0"));
}

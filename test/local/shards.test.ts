import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { afterEach, expect, test } from "vitest";
import {
	type Checkpoint,
	openShards,
	type Reading,
} from "../../local/stream/shards.ts";

interface Scripted {
	parent?: string;
	/** the sequence numbers it holds */
	records: number[];
	/** ended: its last page has no next iterator */
	ended: boolean;
	/** an ending number may show on an open shard too */
	showsEnd?: boolean;
}

const opened: Disposable[] = [];
afterEach(() => {
	for (const one of opened.splice(0)) one[Symbol.dispose]();
});

/** A stream whose shards split, which no engine on a desk does. */
async function streamOf(shards: Record<string, Scripted>, page = 2) {
	const errors: string[] = [];
	const server = createServer(async (request, response) => {
		const input = (await json(request)) as Record<string, string>;
		const name = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
		const error = name === "GetRecords" ? errors.shift() : undefined;
		response.writeHead(error ? 400 : 200, {
			"content-type": "application/x-amz-json-1.0",
		});
		response.end(
			JSON.stringify(
				error ? { __type: error, message: error } : answers[name]?.(input),
			),
		);
	});
	const answers: Record<string, (input: Record<string, string>) => object> = {
		DescribeStream: () => ({
			StreamDescription: {
				Shards: Object.entries(shards).map(([ShardId, shard]) => ({
					ShardId,
					ParentShardId: shard.parent,
					SequenceNumberRange: {
						StartingSequenceNumber: "0",
						...(shard.showsEnd && { EndingSequenceNumber: "9" }),
					},
				})),
			},
		}),
		GetShardIterator: ({ ShardId = "", SequenceNumber }) => ({
			ShardIterator: `${ShardId}/${
				SequenceNumber === undefined
					? 0
					: (shards[ShardId]?.records.indexOf(Number(SequenceNumber)) ?? 0) + 1
			}`,
		}),
		GetRecords({ ShardIterator = "" }) {
			const [id = "", from = "0"] = ShardIterator.split("/");
			const { records = [], ended } = shards[id] ?? {};
			const upTo = Math.min(Number(from) + page, records.length);
			return {
				Records: records.slice(Number(from), upTo).map((number) => ({
					eventName: "INSERT",
					dynamodb: { SequenceNumber: String(number) },
				})),
				...((!ended || upTo < records.length) && {
					NextShardIterator: `${id}/${upTo}`,
				}),
			};
		},
	};
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const streams = new DynamoDBStreamsClient({
		endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		region: "us-east-1",
		credentials: { accessKeyId: "local", secretAccessKey: "local" },
		maxAttempts: 1,
	});
	opened.push({
		[Symbol.dispose]() {
			streams.destroy();
			server.close();
			server.closeAllConnections();
		},
	});
	return { streams, errors, shards };
}

const numbersOf = ({ records }: Reading) =>
	records.map(({ dynamodb }) => Number(dynamodb?.SequenceNumber));

/** Reads until there is nothing, and takes each reading as done. */
async function readAll(
	streams: DynamoDBStreamsClient,
	checkpoint: Checkpoint,
): Promise<number[]> {
	const reader = openShards(streams, checkpoint);
	const all: number[] = [];
	for (;;) {
		const reading = await reader.read();
		if (!reading) return all;
		all.push(...numbersOf(reading));
		checkpoint.shards[reading.shard] = {
			after: reading.records.at(-1)?.dynamodb?.SequenceNumber,
			ended: reading.last,
		};
	}
}

const beginning = (): Checkpoint => ({ streamArn: "stream", shards: {} });

test("a shard is read only when its parent is done", async () => {
	const { streams } = await streamOf({
		grandchild: { parent: "child", records: [6], ended: false },
		child: { parent: "parent", records: [3, 4, 5], ended: true },
		parent: { records: [1, 2], ended: true },
	});
	expect(await readAll(streams, beginning())).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a shard that shows an end is open until its iterator ends", async () => {
	const { streams, shards } = await streamOf({
		parent: { records: [1], ended: false, showsEnd: true },
		child: { parent: "parent", records: [3], ended: false },
	});
	const checkpoint = beginning();
	expect(await readAll(streams, checkpoint)).toEqual([1]);
	shards.parent?.records.push(2);
	expect(await readAll(streams, checkpoint)).toEqual([2]);
	if (shards.parent) shards.parent.ended = true;
	expect(await readAll(streams, checkpoint)).toEqual([3]);
});

test("a shard whose last records were read but not done is read again", async () => {
	const { streams } = await streamOf({
		parent: { records: [1], ended: true },
		child: { parent: "parent", records: [2], ended: false },
	});
	const checkpoint = beginning();
	const lost = await openShards(streams, checkpoint).read();
	expect(lost && numbersOf(lost)).toEqual([1]);
	expect(await readAll(streams, checkpoint)).toEqual([1, 2]);
});

test("a shard whose parent is gone is read from its beginning", async () => {
	const { streams } = await streamOf({
		child: { parent: "trimmed", records: [2, 3], ended: false },
	});
	const checkpoint = beginning();
	checkpoint.shards.trimmed = { after: "1", ended: true };
	expect(await readAll(streams, checkpoint)).toEqual([2, 3]);
	expect(checkpoint.shards).not.toHaveProperty("trimmed");
});

test("an iterator that expired is fetched anew, and nothing is lost", async () => {
	const { streams, errors } = await streamOf({
		shard: { records: [1, 2, 3, 4, 5], ended: false },
	});
	const checkpoint = beginning();
	const reader = openShards(streams, checkpoint);
	const first = await reader.read();
	checkpoint.shards.shard = { after: "2" };
	errors.push("ExpiredIteratorException");
	expect(await reader.read()).toBeUndefined();
	const second = await reader.read();
	expect([first, second].map((one) => one && numbersOf(one))).toEqual([
		[1, 2],
		[3, 4],
	]);
});

test("a checkpoint behind what the stream remembers starts at its oldest record", async () => {
	const { streams, errors } = await streamOf({
		shard: { records: [7, 8], ended: false },
	});
	const checkpoint = beginning();
	checkpoint.shards.shard = { after: "3" };
	errors.push("TrimmedDataAccessException");
	expect(await readAll(streams, checkpoint)).toEqual([]);
	expect(await readAll(streams, checkpoint)).toEqual([7, 8]);
});

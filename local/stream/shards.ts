import {
	type _Record,
	DescribeStreamCommand,
	type DynamoDBStreamsClient,
	ExpiredIteratorException,
	GetRecordsCommand,
	GetShardIteratorCommand,
	type Shard,
	TrimmedDataAccessException,
} from "@aws-sdk/client-dynamodb-streams";

/** How far a stream has been worked off: of each shard the last sequence number that is done, and whether that was its end. */
export interface Checkpoint {
	streamArn: string;
	shards: Record<string, { after?: string; ended?: boolean }>;
}

/** Records that follow the checkpoint, of one shard. */
export interface Reading {
	shard: string;
	records: _Record[];
	/** nothing will follow them in this shard */
	last: boolean;
}

/** Reads a stream from its checkpoint on, from its oldest record where there is none; a shard only when its parent is done. */
export interface ShardReader {
	/** the next records; none: there is nothing now */
	read(): Promise<Reading | undefined>;
	/** goes back to the checkpoint */
	rewind(): void;
}

const shardsKnownMs = 30_000;

export function openShards(
	streams: DynamoDBStreamsClient,
	{ streamArn, shards: done }: Checkpoint,
): ShardReader {
	const iterators = new Map<string, string>();
	let shards: Shard[] = [];
	let listedAt = Number.NEGATIVE_INFINITY;

	async function list(): Promise<void> {
		if (Date.now() - listedAt < shardsKnownMs) return;
		shards = [];
		let ExclusiveStartShardId: string | undefined;
		do {
			const { StreamDescription } = await streams.send(
				new DescribeStreamCommand({
					StreamArn: streamArn,
					ExclusiveStartShardId,
				}),
			);
			shards.push(...(StreamDescription?.Shards ?? []));
			ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
		} while (ExclusiveStartShardId);
		listedAt = Date.now();
		const there = new Set(shards.map(({ ShardId }) => ShardId));
		for (const id of Object.keys(done)) if (!there.has(id)) delete done[id];
	}

	function isReady({ ShardId = "", ParentShardId }: Shard): boolean {
		if (done[ShardId]?.ended) return false;
		const parent = shards.find((one) => one.ShardId === ParentShardId);
		return !parent?.ShardId || done[parent.ShardId]?.ended === true;
	}

	async function iterator(shard: string): Promise<string | undefined> {
		const known = iterators.get(shard);
		if (known) return known;
		const after = done[shard]?.after;
		const { ShardIterator } = await streams.send(
			new GetShardIteratorCommand({
				StreamArn: streamArn,
				ShardId: shard,
				ShardIteratorType: after ? "AFTER_SEQUENCE_NUMBER" : "TRIM_HORIZON",
				SequenceNumber: after,
			}),
		);
		return ShardIterator;
	}

	/** Nothing, if the place that was kept is no longer one. */
	async function readShard(shard: string): Promise<Reading | undefined> {
		try {
			const { Records = [], NextShardIterator } = await streams.send(
				new GetRecordsCommand({ ShardIterator: await iterator(shard) }),
			);
			if (NextShardIterator) iterators.set(shard, NextShardIterator);
			else {
				iterators.delete(shard);
				listedAt = Number.NEGATIVE_INFINITY;
			}
			// an open shard may show an ending sequence number: only a missing iterator ends it
			return { shard, records: Records, last: !NextShardIterator };
		} catch (error) {
			iterators.delete(shard);
			if (error instanceof TrimmedDataAccessException) delete done[shard];
			else if (!(error instanceof ExpiredIteratorException)) throw error;
			return undefined;
		}
	}

	return {
		async read() {
			for (;;) {
				await list();
				let ended = false;
				for (const { ShardId = "" } of shards.filter(isReady)) {
					const reading = await readShard(ShardId);
					if (reading && reading.records.length > 0) return reading;
					if (!reading?.last) continue;
					done[ShardId] = { ...done[ShardId], ended: true };
					ended = true;
				}
				// its children may be read now
				if (!ended) return undefined;
			}
		},
		rewind() {
			iterators.clear();
		},
	};
}

import { globSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type {
	_Record,
	DynamoDBStreamsClient,
} from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { readJson, writeJson } from "../disk/atomic-file.ts";
import { type Batches, deliver } from "./batches.ts";
import { readFilter } from "./filter.ts";
import { type Checkpoint, openShards, type Reading } from "./shards.ts";
import { toEventRecord } from "./stream-record.ts";

export interface MappingOptions extends Batches {
	streams: DynamoDBStreamsClient;
	streamArn: string;
	region: string;
	/** the patterns of its filter criteria */
	patterns: readonly string[];
	/** keeps the checkpoint, so that no stop and no crash loses a record */
	file: string;
	onTrouble: (error: unknown) => void;
	/** between two looks at a stream at rest: soon after a wake, then less and less often */
	pauses?: { shortestMs: number; longestMs: number };
}

/** A stream on its way into a function, as Lambda's event source mapping moves it. */
export interface Mapping extends AsyncDisposable {
	/** says that something may have been written */
	wake(): void;
}

const defaultPauses = { shortestMs: 25, longestMs: 1000 };
const graceMs = 1500;

export function openMapping(options: MappingOptions): Mapping {
	const { streams, streamArn, region, file } = options;
	const { shortestMs, longestMs } = options.pauses ?? defaultPauses;
	const passes = readFilter(options.patterns);
	const checkpoint = loadCheckpoint(file, streamArn);
	const shards = openShards(streams, checkpoint);
	const stopping = new AbortController();
	let bell = new AbortController();
	let pauseMs = shortestMs;

	async function run(): Promise<void> {
		while (!stopping.signal.aborted) {
			try {
				const reading = await shards.read();
				if (reading) {
					await handle(reading);
					pauseMs = shortestMs;
					continue;
				}
			} catch (error) {
				if (stopping.signal.aborted) return;
				shards.rewind();
				options.onTrouble(error);
				pauseMs = longestMs;
			}
			await pause();
		}
	}

	async function handle({ shard, records, last }: Reading): Promise<void> {
		const done = (after: string | undefined, ended: boolean) => {
			const old = checkpoint.shards[shard];
			if (old?.after === after && old?.ended === ended) return;
			checkpoint.shards[shard] = { after, ended };
			// what is behind an older one would only come again
			writeJson(file, checkpoint, false);
		};
		const wanted: DynamoDBRecord[] = [];
		for (const record of records) {
			const event = toEventRecord(record, { streamArn, region });
			if (passes(event)) wanted.push(event);
		}
		await deliver(wanted, {
			...options,
			shard,
			signal: stopping.signal,
			done: (record) => done(record.dynamodb?.SequenceNumber, false),
		});
		done(sequenceOf(records.at(-1)), last);
	}

	async function pause(): Promise<void> {
		const signal = AbortSignal.any([stopping.signal, bell.signal]);
		await delay(pauseMs, undefined, { signal }).catch(() => {});
		pauseMs = Math.min(longestMs, pauseMs * 2);
		if (bell.signal.aborted) {
			bell = new AbortController();
			pauseMs = shortestMs;
		}
	}

	const running = run();
	return {
		wake: () => bell.abort("woken"),
		async [Symbol.asyncDispose]() {
			stopping.abort();
			// an invocation that takes longer is cut off with its function, and comes again at the next start
			await Promise.race([running, delay(graceMs, undefined, { ref: false })]);
		},
	};
}

function sequenceOf(record: _Record | undefined): string | undefined {
	return record?.dynamodb?.SequenceNumber;
}

/** The checkpoints that the mappings left in a folder. */
export function loadCheckpoints(folder: string): Checkpoint[] {
	return globSync("*.json", { cwd: folder }).map(
		(name) => readJson(join(folder, name)) as Checkpoint,
	);
}

function loadCheckpoint(file: string, streamArn: string): Checkpoint {
	const kept = readJson(file) as Checkpoint | undefined;
	return kept?.streamArn === streamArn ? kept : { streamArn, shards: {} };
}

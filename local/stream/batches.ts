import { setTimeout as delay } from "node:timers/promises";
import type { DynamoDBRecord } from "aws-lambda";
import type { Invoked } from "../lambda/invoked.ts";

/** How a mapping hands records to its function, and what it does when that fails. */
export interface Batches {
	invoke(event: { Records: DynamoDBRecord[] }): Promise<Invoked>;
	batchSize: number;
	bisect: boolean;
	/** the function says which records failed */
	reports: boolean;
	/** -1: for ever */
	maximumRetryAttempts: number;
	/** -1: of any age */
	maximumRecordAgeSeconds: number;
	/** keeps what the mapping gives up on */
	discard(discarded: Discarded): Promise<void>;
}

export interface Discarded {
	shard: string;
	records: DynamoDBRecord[];
	condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
	invocations: number;
	/** whether the function failed, rather than reported failures */
	functionError: boolean;
}

export interface Delivery extends Batches {
	shard: string;
	signal: AbortSignal;
	/** everything up to this record is done */
	done(record: DynamoDBRecord): void;
}

interface Batch {
	records: DynamoDBRecord[];
	invocations: number;
	functionError: boolean;
}

const bytesLimit = 6_000_000;
const firstPauseMs = 100;
const longestPauseMs = 10_000;

/** Hands the records on in their order; resolves when each is either done or discarded. */
export async function deliver(
	records: DynamoDBRecord[],
	delivery: Delivery,
): Promise<void> {
	const batches = cut(records, delivery.batchSize);
	let failures = 0;
	for (let batch = batches.shift(); batch; batch = batches.shift()) {
		const kept = await withoutOld(batch, delivery);
		if (kept.records.length === 0) continue;
		delivery.signal.throwIfAborted();
		const outcome = await attempt(kept, delivery);
		const rest = outcome.failed;
		const before = kept.records[kept.records.length - rest.length - 1];
		if (before) delivery.done(before);
		if (rest.length === 0) {
			failures = 0;
			continue;
		}
		const { functionError } = outcome;
		const invocations = before ? 1 : kept.invocations + 1;
		const again = { records: rest, invocations, functionError };
		batches.unshift(...(await next(again, delivery)));
		failures = before ? 0 : failures + 1;
		const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** failures);
		await delay(pauseMs, undefined, { signal: delivery.signal });
	}
}

function cut(records: DynamoDBRecord[], batchSize: number): Batch[] {
	const batches: Batch[] = [];
	let bytes = 0;
	for (const record of records) {
		const size = Buffer.byteLength(JSON.stringify(record));
		const open = batches.at(-1);
		if (
			!open ||
			open.records.length >= batchSize ||
			bytes + size > bytesLimit
		) {
			batches.push({ records: [record], invocations: 0, functionError: false });
			bytes = size;
		} else {
			open.records.push(record);
			bytes += size;
		}
	}
	return batches;
}

async function attempt(
	{ records }: Batch,
	{ invoke, reports }: Delivery,
): Promise<{ failed: DynamoDBRecord[]; functionError: boolean }> {
	const invoked = await invoke({ Records: records });
	if ("error" in invoked) return { failed: records, functionError: true };
	const from = reports ? firstFailure(records, invoked.payload) : undefined;
	return {
		failed: from === undefined ? [] : records.slice(from),
		functionError: false,
	};
}

/** Where the batch must be taken up again: at the lowest reported record; at its start, if the report makes no sense. */
function firstFailure(
	records: DynamoDBRecord[],
	payload: string,
): number | undefined {
	const answer = JSON.parse(payload) as {
		batchItemFailures?: { itemIdentifier?: string | null }[] | null;
	} | null;
	const failures = answer?.batchItemFailures ?? [];
	if (failures.length === 0) return undefined;
	const places = failures.map(({ itemIdentifier }) =>
		records.findIndex(
			({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier,
		),
	);
	return Math.max(0, Math.min(...places));
}

async function next(again: Batch, delivery: Delivery): Promise<Batch[]> {
	const { records, invocations, functionError } = again;
	if (functionError && delivery.bisect && records.length > 1) {
		const middle = Math.ceil(records.length / 2);
		// a split is no retry
		return [records.slice(0, middle), records.slice(middle)].map((half) => ({
			records: half,
			invocations: invocations - 1,
			functionError,
		}));
	}
	const { maximumRetryAttempts: retries } = delivery;
	if (retries < 0 || invocations <= retries) return [again];
	await giveUp(again, "RetryAttemptsExhausted", delivery);
	return [];
}

async function withoutOld(batch: Batch, delivery: Delivery): Promise<Batch> {
	const { maximumRecordAgeSeconds: seconds } = delivery;
	if (seconds < 0) return batch;
	const oldest = Date.now() / 1000 - seconds;
	const young = batch.records.findIndex(
		({ dynamodb }) => (dynamodb?.ApproximateCreationDateTime ?? 0) >= oldest,
	);
	const count = young < 0 ? batch.records.length : young;
	if (count === 0) return batch;
	const old = { ...batch, records: batch.records.slice(0, count) };
	await giveUp(old, "RecordAgeExceeded", delivery);
	return { ...batch, records: batch.records.slice(count) };
}

async function giveUp(
	{ records, invocations, functionError }: Batch,
	condition: Discarded["condition"],
	{ shard, discard, done }: Delivery,
): Promise<void> {
	await discard({ shard, records, condition, invocations, functionError });
	const last = records.at(-1);
	if (last) done(last);
}

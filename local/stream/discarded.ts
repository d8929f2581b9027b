import { randomUUID } from "node:crypto";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Discarded } from "./batches.ts";

export interface DiscardOptions {
	s3: S3Client;
	bucket: string;
	mapping: string;
	functionArn: string;
	streamArn: string;
}

/** Writes what a mapping gave up on to S3, where and as Lambda's on-failure destination does. */
export function discardTo(options: DiscardOptions) {
	const { s3, bucket, mapping, functionArn, streamArn } = options;
	return async (discarded: Discarded): Promise<void> => {
		const { shard, records, condition, invocations } = discarded;
		const timestamp = new Date().toISOString();
		const day = timestamp.slice(0, 10);
		const clock = timestamp.slice(0, 19).replaceAll(":", ".");
		const [first, last] = [records[0], records.at(-1)];
		const arrival = (record: typeof first) =>
			new Date(
				(record?.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000,
			).toISOString();
		const report = {
			requestContext: {
				requestId: randomUUID(),
				functionArn: `${functionArn}:$LATEST`,
				condition,
				approximateInvokeCount: invocations,
			},
			responseContext: {
				statusCode: 200,
				executedVersion: "$LATEST",
				functionError: discarded.functionError ? "Unhandled" : null,
			},
			version: "1.0",
			timestamp,
			DDBStreamBatchInfo: {
				shardId: shard,
				startSequenceNumber: first?.dynamodb?.SequenceNumber,
				endSequenceNumber: last?.dynamodb?.SequenceNumber,
				approximateArrivalOfFirstRecord: arrival(first),
				approximateArrivalOfLastRecord: arrival(last),
				batchSize: records.length,
				streamArn,
			},
			payload: JSON.stringify({ Records: records }),
		};
		await s3.send(
			new PutObjectCommand({
				Bucket: bucket,
				Key: `aws/lambda/${mapping}/${shard}/${day.replaceAll("-", "/")}/${day}T${clock.slice(11)}-${randomUUID()}`,
				Body: JSON.stringify(report),
				ContentType: "application/json",
			}),
		);
	};
}

import { hash } from "node:crypto";
import type { Payloads } from "../inbox/record.ts";
import type { Failures } from "../queue/forward.ts";
import type { S3 } from "./calls.ts";
import { patiently } from "./patience.ts";

export interface BucketOptions {
	bucket: string;
	provider: string;
	s3: Pick<S3, "putObject">;
}

// four mebibytes on a busy machine
const attemptMs = 4000;

/** Large bodies by their content: the same bytes are the same object, and writing it again renews its age. */
export function openPayloads({
	bucket,
	provider,
	s3,
}: BucketOptions): Payloads {
	return {
		async keep(bytes, leftMs) {
			const key = `${provider}/${hash("sha256", bytes)}`;
			await patiently(
				leftMs,
				(signal) => s3.putObject({ bucket, key, body: bytes }, signal),
				attemptMs,
			);
			return `s3://${bucket}/${key}`;
		},
	};
}

/** Records that SQS refused for good, each with the reason; the alarm on this place is a person's to answer. */
export function openFailures({
	bucket,
	provider,
	s3,
	writeMs = 5000,
}: BucketOptions & { writeMs?: number }): Failures {
	return {
		async keep({ id, day, ...failure }, signal) {
			const key = `failures/${provider}/${day}/${id}`;
			const limit = AbortSignal.any([signal, AbortSignal.timeout(writeMs)]);
			const body = JSON.stringify(failure);
			await s3.putObject({ bucket, key, body }, limit);
		},
	};
}

import { createHash } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Payloads } from "../inbox/record.ts";
import type { Failures } from "../queue/forward.ts";
import { patiently } from "./patience.ts";

export interface BucketOptions {
	bucket: string;
	provider: string;
}

// four mebibytes on a busy machine
const attemptMs = 4000;

/** Large bodies by their content: the same bytes are the same object, and writing it again renews its age. */
export function openPayloads({ bucket, provider }: BucketOptions): Payloads {
	const put = openBucket(bucket);
	return {
		async keep(bytes, leftMs) {
			const digest = createHash("sha256").update(bytes).digest();
			const key = `${provider}/${digest.toString("hex")}`;
			const sha256 = digest.toString("base64");
			await patiently(
				leftMs,
				(signal) => put(key, bytes, { sha256, signal }),
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
	writeMs = 5000,
}: BucketOptions & { writeMs?: number }): Failures {
	const put = openBucket(bucket);
	return {
		async keep({ id, day, ...failure }, signal) {
			const key = `failures/${provider}/${day}/${id}`;
			const limit = AbortSignal.any([signal, AbortSignal.timeout(writeMs)]);
			await put(key, JSON.stringify(failure), { signal: limit });
		},
	};
}

interface Write {
	sha256?: string;
	signal: AbortSignal;
}

function openBucket(bucket: string) {
	const client = new S3Client({
		maxAttempts: 1,
		// how long an attempt may take is up to its signal
		requestHandler: { connectionTimeout: 1000 },
	});

	return async (
		key: string,
		body: string | Uint8Array,
		{ sha256, signal }: Write,
	): Promise<void> => {
		const command = new PutObjectCommand({
			Bucket: bucket,
			Key: key,
			Body: body,
			ChecksumSHA256: sha256,
		});
		await client.send(command, { abortSignal: signal });
	};
}

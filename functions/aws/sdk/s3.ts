import {
	GetObjectCommand,
	PutObjectCommand,
	S3Client,
} from "@aws-sdk/client-s3";
import type { S3 } from "../calls.ts";

/** S3 by the SDK. */
export function openS3(): S3 {
	const client = new S3Client({
		// repeating, and how long an attempt may take, is up to the caller
		maxAttempts: 1,
		requestHandler: { connectionTimeout: 1000 },
	});
	return {
		async putObject({ bucket, key, body }, abortSignal) {
			const command = new PutObjectCommand({
				Bucket: bucket,
				Key: key,
				Body: body,
			});
			await client.send(command, { abortSignal });
		},
		async getObject({ bucket, key }, abortSignal) {
			const command = new GetObjectCommand({ Bucket: bucket, Key: key });
			const { Body } = await client.send(command, { abortSignal });
			if (!Body) throw new Error("The object has no body.");
			return await Body.transformToByteArray();
		},
	};
}

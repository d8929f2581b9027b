import {
	DeleteItemCommand,
	DynamoDBClient,
	GetItemCommand,
} from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { KeptAside } from "../delivery/retry.ts";
import { quarantineKey, readQuarantined } from "../inbox/quarantine.ts";
import { toAttributes, toItem } from "./inbox.ts";
import { patiently } from "./patience.ts";

export interface QuarantineOptions {
	table: string;
	bucket: string;
}

// four mebibytes on a busy machine
const bodyMs = 4000;

/** What a provider's quarantine holds, for whoever reads it again; its clients are made when somebody does. */
export function openQuarantine({
	table,
	bucket,
}: QuarantineOptions): KeptAside {
	let clients: { dynamodb: DynamoDBClient; s3: S3Client } | undefined;

	function open() {
		const patience = {
			maxAttempts: 1,
			requestHandler: { connectionTimeout: 1000 },
		};
		clients ??= {
			dynamodb: new DynamoDBClient(patience),
			s3: new S3Client(patience),
		};
		return clients;
	}

	return {
		async find(id, leftMs) {
			const command = new GetItemCommand({
				TableName: table,
				Key: toAttributes({ ...quarantineKey(id) }),
				ConsistentRead: true,
			});
			const { Item } = await patiently(leftMs, (abortSignal) =>
				open().dynamodb.send(command, { abortSignal }),
			);
			return Item && readQuarantined(toItem(Item));
		},

		async body(ref, leftMs) {
			const command = new GetObjectCommand({
				Bucket: bucket,
				Key: keyIn(bucket, ref),
			});
			return patiently(
				leftMs,
				async (abortSignal) => {
					const { Body } = await open().s3.send(command, { abortSignal });
					if (!Body) throw new Error("The object has no body.");
					return await Body.transformToByteArray();
				},
				bodyMs,
			);
		},

		async remove(id, leftMs) {
			const command = new DeleteItemCommand({
				TableName: table,
				Key: toAttributes({ ...quarantineKey(id) }),
			});
			await patiently(leftMs, (abortSignal) =>
				open().dynamodb.send(command, { abortSignal }),
			);
		},
	};
}

function keyIn(bucket: string, ref: string): string {
	const start = `s3://${bucket}/`;
	if (!ref.startsWith(start))
		throw new Error("The body lies in another bucket.");
	return ref.slice(start.length);
}

import type { KeptAside } from "../delivery/retry.ts";
import { quarantineKey, readQuarantined } from "../inbox/quarantine.ts";
import type { DynamoDb, S3 } from "./calls.ts";
import { withPatience } from "./dynamodb.ts";
import { toAttributes, toItem } from "./inbox.ts";
import { patiently } from "./patience.ts";

export interface QuarantineOptions {
	table: string;
	bucket: string;
	dynamodb: DynamoDb;
	s3: S3;
}

// four mebibytes on a busy machine
const bodyMs = 4000;

/** What a provider's quarantine holds, for whoever reads it again. */
export function openQuarantine({
	table,
	bucket,
	dynamodb,
	s3,
}: QuarantineOptions): KeptAside {
	const within = (leftMs: number) => withPatience(dynamodb, () => leftMs);
	const keyOf = (id: string) => toAttributes({ ...quarantineKey(id) });

	return {
		async find(id, leftMs) {
			const { Item } = await within(leftMs).getItem({
				TableName: table,
				Key: keyOf(id),
				ConsistentRead: true,
			});
			return Item && readQuarantined(toItem(Item));
		},

		async body(ref, leftMs) {
			const place = { bucket, key: keyIn(bucket, ref) };
			const get = (signal: AbortSignal) => s3.getObject(place, signal);
			return patiently(leftMs, get, bodyMs);
		},

		async remove(id, leftMs) {
			await within(leftMs).deleteItem({ TableName: table, Key: keyOf(id) });
		},
	};
}

function keyIn(bucket: string, ref: string): string {
	const start = `s3://${bucket}/`;
	if (!ref.startsWith(start))
		throw new Error("The body lies in another bucket.");
	return ref.slice(start.length);
}

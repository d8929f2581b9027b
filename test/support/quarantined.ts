import { gunzipSync } from "node:zlib";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import type { Cloud } from "./cloud.ts";

/** What stands in an inbox's quarantine. */
export async function quarantinedIn(cloud: Cloud, table: string) {
	const { Items = [] } = await cloud.dynamodb.send(
		new ScanCommand({ TableName: table, ConsistentRead: true }),
	);
	return Items.filter(({ kind }) => kind?.S === "quarantine").map((entry) => ({
		id: entry.id?.S,
		reason: entry.reason?.S,
		count: Number(entry.count?.N),
		body: entry.body?.B && gunzipSync(entry.body.B).toString(),
		issues: JSON.parse(entry.issues?.S ?? ""),
		path: JSON.parse(entry.path?.S ?? ""),
	}));
}

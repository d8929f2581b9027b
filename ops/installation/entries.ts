import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import * as z from "zod";
import { toItem } from "../../functions/aws/inbox.ts";
import {
	isQuarantineId,
	type Quarantined,
	quarantineKey,
	readQuarantined,
} from "../../functions/inbox/quarantine.ts";
import { inBatches } from "../command/in-batches.ts";
import { Trouble } from "../trouble.ts";
import { getAll, rowsOf } from "./by-hour.ts";
import { choose, type Installation } from "./installation.ts";

export const reasons = [
	"not-json",
	"invalid",
	"unproven",
	"conflict",
	"return",
	"polled",
] as const;

/** A kept delivery, and whose it is. */
export interface Entry extends Quarantined {
	provider: string;
}

/** As a list shows it; no value of a body. */
export const EntryRow = z.object({
	id: z.string(),
	provider: z.string(),
	reason: z.enum(reasons),
	field: z.string().meta({
		description: "the first field that could not be read; * is any index",
	}),
	message: z.string(),
	count: z.number().meta({ description: "how often it came" }),
	first: z.string(),
	last: z.string(),
});
export type EntryRow = z.output<typeof EntryRow>;

export interface EntryFilter {
	provider?: string;
	reason?: string;
	field?: string;
	since: Date;
	until: Date;
}

const batch = 100;

/** The entries that a filter means, provider by provider, the oldest first. */
export async function* listEntries(
	installation: Installation,
	{ provider, reason, field, since, until }: EntryFilter,
	onProgress?: (line: string) => void,
): AsyncGenerator<Entry> {
	const client = installation.clients.dynamodb();
	for (const [name, { tables }] of choose(installation, provider)) {
		const rows = rowsOf({
			client,
			table: tables.inbox,
			since,
			until,
			order: "oldest",
			condition: "#kind = :kind",
			names: { "#kind": "kind" },
			values: { ":kind": "quarantine" },
			onHour: (hour) => onProgress?.(`${name}: reading ${hour}:00`),
		});
		for await (const some of inBatches(rows, batch)) {
			const items = await getAll(client, tables.inbox, some);
			for (const { pk, sk } of some) {
				const item = items.get(`${pk} ${sk}`);
				const entry = item && {
					provider: name,
					...readQuarantined(toItem(item)),
				};
				if (!entry || (reason !== undefined && entry.reason !== reason))
					continue;
				if (field === undefined || fieldOf(entry) === field) yield entry;
			}
		}
	}
}

/** The entry of an id, whosever it is. */
export async function findEntry(
	installation: Installation,
	id: string,
): Promise<Entry> {
	if (isQuarantineId(id))
		for (const [provider, { tables }] of choose(installation)) {
			const { pk, sk } = quarantineKey(id);
			const { Item } = await installation.clients.dynamodb().send(
				new GetItemCommand({
					TableName: tables.inbox,
					Key: { pk: { S: pk }, sk: { S: sk } },
					ConsistentRead: true,
				}),
			);
			if (Item) return { provider, ...readQuarantined(toItem(Item)) };
		}
	throw new Trouble(
		`Nothing lies in quarantine under "${id}". It may have been retried, or its time has run out.`,
	);
}

/** The body as it was sent. */
export async function bodyOf(
	{ clients }: Installation,
	{ body }: Entry,
): Promise<Uint8Array> {
	if (body instanceof Uint8Array) return body;
	const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(body.ref) ?? [];
	const { Body } = await clients
		.s3()
		.send(new GetObjectCommand({ Bucket, Key }));
	return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

/** The first field that could not be read; where a list is read, that of any of its elements. */
export function fieldOf({ issues }: Pick<Entry, "issues">): string {
	return (issues[0]?.path ?? "").replaceAll(/(^|\.)\d+(?=\.|$)/g, "$1*");
}

export function rowOf(entry: Entry): EntryRow {
	const { id, provider, reason, issues, count, firstAt, lastAt } = entry;
	return {
		id,
		provider,
		reason,
		field: fieldOf(entry),
		message: issues[0]?.message ?? "",
		count,
		first: firstAt.toISOString(),
		last: lastAt.toISOString(),
	};
}

import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { type Known, unpack } from "../../functions/inbox/envelope.ts";
import { headOf } from "../../functions/inbox/event.ts";
import { partitionOf } from "../../functions/inbox/identity.ts";
import { storedName } from "../../functions/inbox/item.ts";
import { inBatches } from "../command/in-batches.ts";
import { merge } from "../command/merge.ts";
import {
	type Attributes,
	byTime,
	getAll,
	type IndexRow,
	type Order,
	rowsOf,
} from "./by-hour.ts";
import { choose, type Installation } from "./installation.ts";

/** An event, as a list shows it. */
export const EventRow = z.object({
	id: z.string(),
	recordedtime: z.string(),
	provider: z.string(),
	type: z.string(),
	subject: z.string().optional(),
	via: z.enum(["webhook", "poll"]),
	time: z
		.string()
		.optional()
		.meta({ description: "when it happened, as the provider says" }),
	lane: z.string().optional(),
	sequence: z.string().optional(),
	traceparent: z.string().optional(),
	unreadable: z.literal(true).optional().meta({
		description:
			"its envelope cannot be read: this row is what stands beside it in the inbox, without subject and time",
	}),
});
export type EventRow = z.output<typeof EventRow>;

/** In place of what only the envelope says. */
export const cannotBeRead = "its envelope in the inbox cannot be read";

/** What the message says of a row. */
const Head = EventRow.pick({
	subject: true,
	time: true,
	lane: true,
	sequence: true,
	traceparent: true,
}).required({ subject: true, time: true });

/** An event with what was, or will be, handed on. */
export interface StoredEvent extends EventRow {
	/** the body of its message, where it can be read */
	message?: string;
	/** where it stands in the provider's inbox */
	pk: string;
	sk: string;
	/** epoch seconds */
	expires: number;
}

export interface EventFilter {
	provider?: string;
	/** a whole type, or its beginning and an asterisk */
	type?: string;
	subject?: string;
	via?: string;
	since: Date;
	until: Date;
}

export interface Asking {
	order: Order;
	/** told where a long search has got to */
	onProgress?: (line: string) => void;
}

const batch = 100;

/** The events that a filter means, in the order in which they were recorded, or the other way round. */
export function listEvents(
	installation: Installation,
	filter: EventFilter,
	asking: Asking,
): AsyncGenerator<StoredEvent> {
	const client = installation.clients.dynamodb();
	const sources = choose(installation, filter.provider).map(
		([provider, { tables }]) => {
			const place = { client, provider, table: tables.inbox };
			return filter.subject === undefined
				? ofTime(place, filter, asking)
				: ofSubject(place, { ...filter, subject: filter.subject }, asking);
		},
	);
	const compare = byTime(asking.order);
	return merge(sources, (one, other) =>
		compare({ at: one.recordedtime }, { at: other.recordedtime }),
	);
}

interface Place {
	client: DynamoDBClient;
	provider: string;
	table: string;
}

async function* ofTime(
	{ client, provider, table }: Place,
	{ type, via, since, until }: EventFilter,
	{ order, onProgress }: Asking,
): AsyncGenerator<StoredEvent> {
	const begins = type?.endsWith("*");
	const conditions = [
		"#kind = :event",
		type && (begins ? "begins_with(#type, :type)" : "#type = :type"),
		via && "#via = :via",
	];
	const rows = rowsOf({
		client,
		table,
		since,
		until,
		order,
		condition: conditions.filter(Boolean).join(" AND "),
		names: {
			"#kind": "kind",
			...(type && { "#type": "type" }),
			...(via && { "#via": "via" }),
		},
		values: {
			":event": "event",
			...(type && { ":type": begins ? type.slice(0, -1) : type }),
			...(via && { ":via": via }),
		},
		onHour: (hour) => onProgress?.(`${provider}: reading ${hour}:00`),
	});
	yield* stored({ client, provider, table }, rows);
}

async function* ofSubject(
	{ client, provider, table }: Place,
	filter: EventFilter & { subject: string },
	{ order }: Asking,
): AsyncGenerator<StoredEvent> {
	const found: StoredEvent[] = [];
	const pages = paginateQuery(
		{ client },
		{
			TableName: table,
			KeyConditionExpression: "pk = :pk",
			FilterExpression: "#kind = :event AND #at BETWEEN :since AND :until",
			ExpressionAttributeNames: { "#kind": "kind", "#at": "at" },
			ExpressionAttributeValues: {
				":pk": { S: partitionOf(filter.subject) },
				":event": { S: "event" },
				":since": { S: filter.since.toISOString() },
				":until": { S: filter.until.toISOString() },
			},
		},
	);
	for await (const { Items = [] } of pages)
		found.push(...Items.map((item) => readEvent(provider, item)));
	const compare = byTime(order);
	yield* found
		.filter(
			({ type, via }) =>
				isOfType(type, filter.type) &&
				(filter.via === undefined || via === filter.via),
		)
		.toSorted((one, other) =>
			compare({ at: one.recordedtime }, { at: other.recordedtime }),
		);
}

export function isOfType(type: string, wanted: string | undefined): boolean {
	if (wanted === undefined) return true;
	return wanted.endsWith("*")
		? type.startsWith(wanted.slice(0, -1))
		: type === wanted;
}

/** What the index tells of, whole; what has gone meanwhile is left out. */
export async function* stored(
	{ client, provider, table }: Place,
	rows: AsyncIterable<IndexRow> | Iterable<IndexRow>,
): AsyncGenerator<StoredEvent> {
	for await (const some of inBatches(rows, batch, 1)) {
		const items = await getAll(client, table, some);
		for (const { pk, sk } of some) {
			const item = items.get(`${pk} ${sk}`);
			if (item) yield readEvent(provider, item);
		}
	}
}

export function readEvent(provider: string, item: Attributes): StoredEvent {
	const text = (name: string) => item[storedName(name)]?.S ?? "";
	const known = {
		pk: text("pk"),
		id: text("id"),
		type: text("type"),
		via: text("via"),
		at: text("at"),
	};
	const envelope = item[storedName("envelope")]?.B ?? new Uint8Array();
	const read = open(envelope, known);
	return {
		id: known.id,
		recordedtime: known.at,
		provider,
		type: known.type,
		subject: read?.subject,
		via: known.via === "poll" ? "poll" : "webhook",
		time: read?.time,
		lane: read?.lane,
		sequence: read?.sequence,
		traceparent: read?.traceparent,
		unreadable: read ? undefined : true,
		message: read?.message,
		pk: known.pk,
		sk: text("sk"),
		expires: Number(item.expires?.N),
	};
}

function open(envelope: Uint8Array, known: Known) {
	try {
		const message = unpack(envelope, known);
		return { ...Head.parse(headOf(message)), message };
	} catch {
		// made or damaged by hand: one such item must not hide the others
		return undefined;
	}
}

import {
	type AttributeValue,
	CreateTableCommand,
	DynamoDBClient,
	paginateScan,
} from "@aws-sdk/client-dynamodb";
import { openInbox } from "../functions/aws/inbox.ts";
import { openDynamoDb as openSdk } from "../functions/aws/sdk/dynamodb.ts";
import { unpack } from "../functions/inbox/envelope.ts";
import type { CloudEvent } from "../functions/inbox/event.ts";
import { shortNames } from "../functions/inbox/item.ts";
import type { Inbox } from "../functions/inbox/record.ts";
import { openDynamoDb } from "../local/engines/dynamodb.ts";

/** An empty inbox on a real engine, gone when disposed. */
export interface TrialInbox extends AsyncDisposable {
	inbox: Inbox;
	/** every event that it holds, as the queue would get it */
	events(): Promise<CloudEvent[]>;
}

/** An inbox on an engine of its own: the one that BILLHOOK_DYNAMODB names, or the first that this machine has. */
export async function openTrialInbox(): Promise<TrialInbox> {
	const engine = await openDynamoDb();
	const trial = await openInboxOn(engine.endpoint);
	return {
		...trial,
		async [Symbol.asyncDispose]() {
			await trial[Symbol.asyncDispose]();
			await engine[Symbol.asyncDispose]();
		},
	};
}

let made = 0;

/** The same on an engine that is running. */
export async function openInboxOn(endpoint: string): Promise<TrialInbox> {
	// whatever an engine on this machine may be shown
	process.env.AWS_REGION ??= "us-east-1";
	process.env.AWS_ACCESS_KEY_ID ??= "local";
	process.env.AWS_SECRET_ACCESS_KEY ??= "local";
	const client = new DynamoDBClient({ endpoint });
	const TableName = `trial-${++made}`;
	await client.send(
		new CreateTableCommand({
			TableName,
			KeySchema: [
				{ AttributeName: "pk", KeyType: "HASH" },
				{ AttributeName: "sk", KeyType: "RANGE" },
			],
			AttributeDefinitions: [
				{ AttributeName: "pk", AttributeType: "S" },
				{ AttributeName: "sk", AttributeType: "S" },
			],
			BillingMode: "PAY_PER_REQUEST",
		}),
	);
	return {
		inbox: openInbox({ table: TableName, dynamodb: openSdk(endpoint) }),
		async events() {
			const events: CloudEvent[] = [];
			const scan = { TableName, ConsistentRead: true };
			for await (const { Items = [] } of paginateScan({ client }, scan))
				for (const item of Items)
					if (item.kind?.S === "event") events.push(eventIn(item));
			return events;
		},
		async [Symbol.asyncDispose]() {
			client.destroy();
		},
	};
}

function eventIn(item: Record<string, AttributeValue>): CloudEvent {
	const text = (name: string) => item[name]?.S ?? "";
	const message = unpack(item[shortNames.envelope]?.B ?? new Uint8Array(), {
		pk: text("pk"),
		id: text("id"),
		type: text("type"),
		via: text("via"),
		at: text("at"),
	});
	return JSON.parse(message);
}

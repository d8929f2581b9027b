import { openInbox } from "../../functions/aws/inbox.ts";
import { openPayloads } from "../../functions/aws/payloads.ts";
import { openDynamoDb } from "../../functions/aws/signed/dynamodb.ts";
import { openS3 } from "../../functions/aws/signed/s3.ts";
import type { Delivery } from "../../functions/delivery/delivery.ts";
import type { Endpoint } from "../../functions/delivery/endpoint.ts";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";
import type {
	Example,
	ExampleDelivery,
	Provider,
} from "../../functions/provider.ts";
import { readSecret, webhookSecret } from "../../functions/secret.ts";
import { signedExample } from "../../testing/signed-example.ts";
import type { Cloud } from "./cloud.ts";
import { messageIn } from "./image.ts";

export const token = "T".repeat(43);

/** A provider's endpoint on fresh tables, with its settings as a literal and its clock in the test's hand. */
export async function openEndpoint(
	cloud: Cloud,
	provider: Provider,
	settings: Readonly<Record<string, unknown>> = {},
) {
	const table = await cloud.inboxTable();
	const bucket = await cloud.bucket();
	const clock = { now: new Date("2026-11-21T12:00:00.000Z") };
	const store = {
		inbox: openInbox({ table, dynamodb: openDynamoDb() }),
		payloads: openPayloads({
			bucket,
			provider: provider.name,
			s3: openS3(),
		}),
		now: () => clock.now,
		get deadline() {
			return new Date(clock.now.getTime() + 60_000);
		},
		retentionDays: 35,
	};
	const held = JSON.stringify({ token, ...settings });
	const read = async () => readSecret(held, webhookSecret(provider));
	const endpoint: Endpoint = {
		provider,
		settings: { read, fresh: read },
		store,
	};
	return { endpoint, table, bucket, clock };
}

/** A request as the gateway hands it on; every part can be another. */
export function delivery(
	body: unknown,
	parts: Partial<Delivery> = {},
): Delivery {
	const text = typeof body === "string" ? body : JSON.stringify(body);
	return {
		method: "POST",
		token,
		query: {},
		headers: { "content-type": "application/json" },
		bytes: Buffer.from(text),
		receivedAt: new Date("2026-11-21T12:00:00.000Z"),
		traceparent: newTraceparent(),
		...parts,
		path: parts.path ?? {},
	};
}

/** An example's delivery as the gateway hands it on, signed. */
export function deliveryOf(
	provider: Provider,
	example: Example,
	one: ExampleDelivery,
	parts: Partial<Delivery> = {},
): Delivery {
	const unsigned = delivery(one.body, { path: one.path });
	const { receivedAt } = unsigned;
	const { headers } = signedExample(provider, example, one, receivedAt);
	return { ...unsigned, headers, ...parts };
}

/** The events of a table as its queue would get them. */
export async function eventsOf(
	cloud: Cloud,
	table: string,
): Promise<Record<string, unknown>[]> {
	const records = await cloud.stream(table);
	return records
		.filter(
			({ eventName, dynamodb }) =>
				eventName === "INSERT" && dynamodb?.NewImage?.kind?.S === "event",
		)
		.map(({ dynamodb }) => JSON.parse(messageIn(dynamodb?.NewImage)));
}

import type { DynamoDb } from "../../functions/aws/calls.ts";
import { openInbox } from "../../functions/aws/inbox.ts";
import { openPayloads } from "../../functions/aws/payloads.ts";
import { openDynamoDb } from "../../functions/aws/signed/dynamodb.ts";
import { openS3 } from "../../functions/aws/signed/s3.ts";
import type { Identity } from "../../functions/inbox/identity.ts";
import type { Observation } from "../../functions/inbox/observation.ts";
import {
	type Recorded,
	record,
	type Store,
} from "../../functions/inbox/record.ts";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";
import type { Cloud } from "./cloud.ts";
import { messageIn } from "./image.ts";

const minute = 60_000;

/** The inbox of a provider named toy, on fresh tables, with its clock in the test's hand. */
export async function openStore(
	cloud: Cloud,
	options: { dynamodb?: DynamoDb; table?: string; retentionDays?: number } = {},
) {
	const table = options.table ?? (await cloud.inboxTable());
	const bucket = await cloud.bucket();
	const { dynamodb = openDynamoDb() } = options;
	const clock = { now: Date.UTC(2030, 0, 1), leftMs: 60_000 };
	const store: Store = {
		inbox: openInbox({ table, dynamodb }),
		payloads: openPayloads({ bucket, provider: "toy", s3: openS3() }),
		now: () => new Date(clock.now),
		get deadline() {
			return new Date(clock.now + clock.leftMs);
		},
		retentionDays: options.retentionDays ?? 35,
	};
	return {
		store,
		table,
		bucket,
		clock,
		wait(minutes: number) {
			clock.now += minutes * minute;
		},
		push(
			identity: Identity,
			{ text = "{}", ...more }: Partial<Observation> & { text?: string } = {},
		): Promise<Recorded> {
			const observation = { type: "moved", subject: "s", identity, ...more };
			const traceparent = newTraceparent();
			const recording = { provider: "toy", observation, text, traceparent };
			return record({ ...recording, via: "webhook" }, store);
		},
		/** asked for and answered in the same instant */
		poll(
			identity: Identity,
			more: Partial<Observation> = {},
		): Promise<Recorded> {
			const polled = { type: "moved", subject: "s", body: {}, ...more };
			const observation = { ...polled, identity };
			const observedAt = new Date(clock.now);
			const traceparent = newTraceparent();
			const recording = { provider: "toy", observation, traceparent };
			return record({ ...recording, via: "poll", observedAt }, store);
		},
		/** what the queue would get, in the stream's order */
		async events() {
			const records = await cloud.stream(table);
			return records.flatMap(({ eventName, dynamodb }) => {
				const image = dynamodb?.NewImage;
				if (eventName !== "INSERT" || image?.kind?.S !== "event") return [];
				return [JSON.parse(messageIn(image)) as Record<string, unknown>];
			});
		},
	};
}

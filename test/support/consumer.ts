import {
	DeleteMessageCommand,
	ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { openFailures } from "../../functions/aws/payloads.ts";
import { openQueue } from "../../functions/aws/queue.ts";
import { openS3 } from "../../functions/aws/sdk/s3.ts";
import { forward } from "../../functions/queue/forward.ts";
import { toEventRecord } from "../../local/stream/stream-record.ts";
import type { Cloud } from "./cloud.ts";

/** The way out of one inbox: forwards what its stream has, and answers all that its queue has ever handed out. */
export async function openConsumer(
	cloud: Cloud,
	options: { table: string; bucket: string; provider: string },
) {
	const { table, ...place } = options;
	const url = await cloud.queue();
	const destination = {
		queue: openQueue({ url }),
		failures: openFailures({ ...place, s3: openS3() }),
		now: new Date(),
		signal: AbortSignal.timeout(600_000),
		pause: async () => {},
	};
	let forwarded = 0;
	const messages: Record<string, unknown>[] = [];
	return async () => {
		const records = await cloud.stream(table);
		const { failed, held } = await forward(
			records
				.slice(forwarded)
				.map((record) => toEventRecord(record, { streamArn: "", region: "" })),
			destination,
		);
		if (failed.length > 0 || held)
			throw new Error("An event did not reach its queue.");
		forwarded = records.length;
		messages.push(...(await drain(cloud, url)));
		return messages;
	};
}

async function drain({ sqs }: Cloud, QueueUrl: string) {
	const found: Record<string, unknown>[] = [];
	for (;;) {
		const { Messages = [] } = await sqs.send(
			new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
		);
		if (Messages.length === 0) return found;
		for (const { Body = "", ReceiptHandle } of Messages) {
			found.push(JSON.parse(Body));
			await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
		}
	}
}

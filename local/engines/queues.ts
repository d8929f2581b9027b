import {
	CreateQueueCommand,
	GetQueueUrlCommand,
	QueueDoesNotExist,
	SetQueueAttributesCommand,
	type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Planned } from "../template/plan.ts";

type Queue = Planned<"AWS::SQS::Queue">;

/** Makes the queue as the template has it, or gives the one that is there the template's attributes. */
export async function openQueue(
	client: SQSClient,
	queue: Queue,
): Promise<void> {
	const QueueName = queue.ref.slice(queue.ref.lastIndexOf("/") + 1);
	const changeable = texts({
		ContentBasedDeduplication: queue.ContentBasedDeduplication,
		DelaySeconds: queue.DelaySeconds,
		MaximumMessageSize: queue.MaximumMessageSize,
		MessageRetentionPeriod: queue.MessageRetentionPeriod,
		ReceiveMessageWaitTimeSeconds: queue.ReceiveMessageWaitTimeSeconds,
		VisibilityTimeout: queue.VisibilityTimeout,
		RedrivePolicy: queue.RedrivePolicy && JSON.stringify(queue.RedrivePolicy),
	});
	if (await exists(client, QueueName)) {
		await client.send(
			new SetQueueAttributesCommand({
				QueueUrl: queue.ref,
				Attributes: changeable,
			}),
		);
		return;
	}
	const frozen = texts({
		FifoQueue: queue.FifoQueue || undefined,
		DeduplicationScope: queue.DeduplicationScope,
		FifoThroughputLimit: queue.FifoThroughputLimit,
	});
	await client.send(
		new CreateQueueCommand({
			QueueName,
			Attributes: { ...frozen, ...changeable },
		}),
	);
}

function texts(
	values: Record<string, string | number | boolean | undefined>,
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(values)
			.filter(([, value]) => value !== undefined)
			.map(([name, value]) => [name, String(value)]),
	);
}

async function exists(client: SQSClient, QueueName: string): Promise<boolean> {
	try {
		await client.send(new GetQueueUrlCommand({ QueueName }));
		return true;
	} catch (error) {
		if (error instanceof QueueDoesNotExist) return false;
		throw error;
	}
}

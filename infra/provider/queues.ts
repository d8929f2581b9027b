import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
	DeduplicationScope,
	FifoThroughputLimit,
	Queue,
	QueueEncryption,
	type QueuePolicy,
	type QueueProps,
	RedrivePermission,
} from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

export interface QueuesOptions {
	removalPolicy: RemovalPolicy;
	encryptionKey?: IKey;
}

export interface Queues {
	queue: Queue;
	deadLetterQueue: Queue;
}

/** The queue on which a provider's events reach their consumers, and the one for those nobody could handle. */
export function openQueues(
	scope: Construct,
	{ removalPolicy, encryptionKey }: QueuesOptions,
): Queues {
	const common: QueueProps = {
		fifo: true,
		deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
		fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
		maxMessageSizeBytes: 1024 * 1024,
		retentionPeriod: Duration.days(14),
		receiveMessageWaitTime: Duration.seconds(20),
		visibilityTimeout: Duration.minutes(6),
		encryption: encryptionKey
			? QueueEncryption.KMS
			: QueueEncryption.SQS_MANAGED,
		encryptionMasterKey: encryptionKey,
		enforceSSL: true,
		removalPolicy,
	};
	const deadLetterQueue = new Queue(scope, "DeadLetterQueue", common);
	const queue = new Queue(scope, "Queue", {
		...common,
		// nobody else's dead letters; who may use the dead-letter queue itself cannot be said: its policy would
		// have to name the queue that names it
		redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
		deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 },
	});
	// a queue that stays keeps what protects it
	for (const { node } of [queue, deadLetterQueue])
		(node.findChild("Policy") as QueuePolicy).applyRemovalPolicy(removalPolicy);
	return { queue, deadLetterQueue };
}

import { Stack } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";

export interface AlarmTopicOptions {
	stage: string;
	/** one that is there already; its policy is its owner's */
	topic?: ITopic;
	email?: string;
	/** of a topic that is made */
	encryptionKey?: IKey;
}

/** Where alarms ring; they name providers and functions, never an event. */
export function openAlarmTopic(
	scope: Construct,
	id: string,
	{ stage, topic, email, encryptionKey }: AlarmTopicOptions,
): ITopic {
	const rings = topic ?? makeTopic(scope, id, stage, encryptionKey);
	if (email) rings.addSubscription(new EmailSubscription(email));
	return rings;
}

function makeTopic(
	scope: Construct,
	id: string,
	stage: string,
	masterKey?: IKey,
): Topic {
	// not under alias/aws/sns, to which CloudWatch cannot publish; SNS encrypts its disks anyway
	const topic = new Topic(scope, id, {
		displayName: `Billhook ${stage}`,
		masterKey,
		enforceSSL: true,
	});
	// a topic with a policy of its own has lost the default one, which let this account's alarms in
	topic.grantPublish(
		new ServicePrincipal("cloudwatch.amazonaws.com", {
			conditions: {
				StringEquals: { "aws:SourceAccount": Stack.of(scope).account },
			},
		}),
	);
	return topic;
}

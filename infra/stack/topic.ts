import { Stack } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";

/** Where alarms ring; they name providers and functions, never an event. */
export function openAlarmTopic(
	scope: Construct,
	id: string,
	options: { stage: string; email?: string; encryptionKey?: IKey },
): Topic {
	// not under alias/aws/sns, to which CloudWatch cannot publish; SNS encrypts its disks anyway
	const topic = new Topic(scope, id, {
		displayName: `Billhook ${options.stage}`,
		masterKey: options.encryptionKey,
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
	if (options.email)
		topic.addSubscription(new EmailSubscription(options.email));
	return topic;
}

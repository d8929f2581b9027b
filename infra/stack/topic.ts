import { Stack } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";

/** Where alarms ring; they name providers and functions, never an event. */
export function openAlarmTopic(
	scope: Construct,
	id: string,
	options: { stage: string; email?: string },
): Topic {
	// no key: CloudWatch cannot publish to a topic under alias/aws/sns, and SNS encrypts its disks anyway
	const topic = new Topic(scope, id, {
		displayName: `Billhook ${options.stage}`,
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

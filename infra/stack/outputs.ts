import { CfnOutput } from "aws-cdk-lib";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { ProviderResources } from "../provider/resources.ts";
import { hookPath } from "./api.ts";

export interface OutputsOptions {
	stage: string;
	apiUrl: string;
	bucket: Bucket;
	alarmTopic: Topic;
	providers: readonly ProviderResources[];
}

type Say = (name: string, value: string, description: string) => void;

/** Says in the stack's outputs what other tools need; the names are a contract with them. */
export function writeOutputs(
	scope: Construct,
	{ stage, apiUrl, bucket, alarmTopic, providers }: OutputsOptions,
) {
	const outputs = new Construct(scope, "Outputs");
	const say: Say = (name, value, description) =>
		new CfnOutput(outputs, name, { value, description }).overrideLogicalId(
			name,
		);
	say("BillhookStage", stage, "This installation's stage");
	say("BillhookApiUrl", apiUrl, "Where webhooks come in");
	say(
		"BillhookBucketName",
		bucket.bucketName,
		"Large bodies by provider, and what could not be forwarded",
	);
	say("BillhookAlarmTopicArn", alarmTopic.topicArn, "Where alarms ring");
	for (const resources of providers) sayProvider(resources, apiUrl, say);
}

function sayProvider(resources: ProviderResources, apiUrl: string, say: Say) {
	const { provider } = resources;
	const { name } = provider;
	const prefix = outputPrefix(name);
	say(
		`${prefix}WebhookUrl`,
		`${apiUrl}${hookPath(provider)}`,
		`Where ${name} sends to; the token is in the secret`,
	);
	if (provider.path.length > 0)
		say(
			`${prefix}WebhookPaths`,
			pathsOf(provider).join(" "),
			`What may stand behind ${name}'s token: one URL for each event`,
		);
	say(
		`${prefix}SecretName`,
		resources.secretName,
		`Token and settings of ${name}`,
	);
	say(`${prefix}QueueUrl`, resources.queue.queueUrl, `Events of ${name}`);
	say(
		`${prefix}DeadLetterQueueUrl`,
		resources.deadLetterQueue.queueUrl,
		`Events of ${name} that no consumer could handle`,
	);
	say(
		`${prefix}InboxTableName`,
		resources.inbox.tableName,
		`Events and quarantine of ${name}`,
	);
	if (resources.watches)
		say(
			`${prefix}WatchesTableName`,
			resources.watches.tableName,
			`Watches and cursors of ${name}`,
		);
}

/** A provider's name as an output's may begin. */
export function outputPrefix(name: string): string {
	return name.replace(/(?:^|-)([a-z0-9])/g, (_, first) => first.toUpperCase());
}

/** The paths behind the token for which the provider has events of their own. */
function pathsOf(provider: ProviderResources["provider"]): string[] {
	return Object.keys(provider.events)
		.map((type) => type.split("."))
		.filter((segments) => segments.length === provider.path.length)
		.map((segments) => segments.join("/"));
}

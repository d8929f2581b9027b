import { CfnOutput } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Installation } from "../installation.ts";
import type { ProviderResources } from "../provider/resources.ts";
import { hookPath } from "./api.ts";

export interface OutputsOptions {
	stage: string;
	apiUrl: string;
	/** where a domain's name must point */
	domainTarget?: string;
	bucket: Installation["bucket"];
	alarmTopicArn: string;
	dashboardUrl: string;
	providers: readonly ProviderResources[];
}

type Say = (name: string, value: string, description: string) => void;

/** Says in the stack's outputs what a person looks for; other tools read the parameters. */
export function writeOutputs(
	scope: Construct,
	{
		stage,
		apiUrl,
		domainTarget,
		bucket,
		alarmTopicArn,
		dashboardUrl,
		providers,
	}: OutputsOptions,
) {
	const outputs = new Construct(scope, "Outputs");
	const say: Say = (name, value, description) =>
		new CfnOutput(outputs, name, { value, description }).overrideLogicalId(
			name,
		);
	say("BillhookStage", stage, "This installation's stage");
	say("BillhookApiUrl", apiUrl, "Where webhooks come in");
	if (domainTarget)
		say(
			"BillhookDomainTarget",
			domainTarget,
			"What the domain's name points at, as an alias or a CNAME",
		);
	say(
		"BillhookBucketName",
		bucket.bucketName,
		"Large bodies by provider, and what could not be forwarded",
	);
	say("BillhookAlarmTopicArn", alarmTopicArn, "Where alarms ring");
	say("BillhookDashboardUrl", dashboardUrl, "All of it at a glance");
	for (const resources of providers) sayProvider(resources, apiUrl, say);
}

function sayProvider(resources: ProviderResources, apiUrl: string, say: Say) {
	const { provider, watches, apiSecret } = resources;
	const { name } = provider;
	const prefix = outputPrefix(name);
	say(
		`${prefix}WebhookUrl`,
		`${apiUrl}${hookPath(provider)}`,
		`Where ${name} sends to; the token is in the webhook secret`,
	);
	say(
		`${prefix}WebhookSecretArn`,
		resources.webhookSecret.secretArn,
		`Token and proofs of ${name}`,
	);
	if (apiSecret)
		say(
			`${prefix}ApiSecretArn`,
			apiSecret.secretArn,
			`Credentials for ${name}'s API`,
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
	if (watches)
		say(
			`${prefix}WatchesTableName`,
			watches.tableName,
			`Watches and cursors of ${name}`,
		);
}

/** A provider's name as an output's may begin; no two names share one, for no name has a capital letter. */
export function outputPrefix(name: string): string {
	return name.slice(0, 1).toUpperCase() + name.slice(1).replaceAll("-", "X");
}

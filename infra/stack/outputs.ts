import { CfnOutput } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Billhook } from "../billhook.ts";
import type { Room } from "../provider/resources.ts";
import { hookPath } from "./api.ts";

/** Says in the stack's outputs what other tools need; the names are a contract with them. */
export function writeOutputs(billhook: Billhook) {
	const outputs = new Construct(billhook, "Outputs");
	const say = (name: string, value: string, description: string) =>
		new CfnOutput(outputs, name, { value, description }).overrideLogicalId(
			name,
		);
	say("BillhookStage", billhook.stage, "This installation's stage");
	say("BillhookApiUrl", billhook.api.apiEndpoint, "Where webhooks come in");
	say(
		"BillhookBucketName",
		billhook.bucket.bucketName,
		"Large bodies by provider, and what could not be forwarded",
	);
	say(
		"BillhookAlarmTopicArn",
		billhook.alarmTopic.topicArn,
		"Where alarms ring",
	);
	for (const room of billhook.rooms) sayRoom(room, billhook, say);
}

function sayRoom(
	room: Room,
	billhook: Billhook,
	say: (name: string, value: string, description: string) => void,
) {
	const { provider } = room;
	const { name } = provider;
	const prefix = outputPrefix(name);
	say(
		`${prefix}WebhookUrl`,
		`${billhook.api.apiEndpoint}${hookPath(provider)}`,
		`Where ${name} sends to; the token is in the secret`,
	);
	if (provider.path.length > 0)
		say(
			`${prefix}WebhookPaths`,
			pathsOf(provider).join(" "),
			`What may stand behind ${name}'s token: one URL for each event`,
		);
	say(`${prefix}SecretName`, room.secretName, `Token and settings of ${name}`);
	say(`${prefix}QueueUrl`, room.queue.queueUrl, `Events of ${name}`);
	say(
		`${prefix}DeadLetterQueueUrl`,
		room.deadLetterQueue.queueUrl,
		`Events of ${name} that no consumer could handle`,
	);
	say(
		`${prefix}InboxTableName`,
		room.inbox.tableName,
		`Events and quarantine of ${name}`,
	);
	if (room.watches)
		say(
			`${prefix}WatchesTableName`,
			room.watches.tableName,
			`Watches and cursors of ${name}`,
		);
}

/** A provider's name as an output's may begin. */
export function outputPrefix(name: string): string {
	return name.replace(/(?:^|-)([a-z0-9])/g, (_, first) => first.toUpperCase());
}

/** The paths behind the token for which the provider has events of their own. */
function pathsOf(provider: Room["provider"]): string[] {
	return Object.keys(provider.events)
		.map((type) => type.split("."))
		.filter((segments) => segments.length === provider.path.length)
		.map((segments) => segments.join("/"));
}

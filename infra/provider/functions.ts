import { type CfnElement, Duration, Stack, Validations } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { allow, openFunction } from "../function.ts";
import { allowWatches } from "../stack/watch-function.ts";
import type { House, Room } from "./resources.ts";

export function openWebhook(room: Room, house: House): LambdaFunction {
	const { name, poll } = room.provider;
	const watches = poll?.watches && room.watches;
	return open(room, house, "Webhook", {
		bundle: `webhook-${name}`,
		description: `Billhook: takes ${name}'s deliveries on`,
		timeout: Duration.seconds(10),
		memoryMb: house.memoryMb.webhook,
		environment: {
			...store(room, house),
			...(watches && { BILLHOOK_WATCHES: watches.tableName }),
		},
		may: [...mayRecord(room), ...(watches ? [mayStart(watches)] : [])],
		writesBelow: [name],
	});
}

export function openForward(room: Room, house: House): LambdaFunction {
	const { name } = room.provider;
	const stream = room.inbox.tableStreamArn;
	if (!stream) throw new Error(`The inbox of ${name} has no stream.`);
	return open(room, house, "Forward", {
		bundle: "forward",
		description: `Billhook: hands ${name}'s events on to their queue`,
		timeout: Duration.seconds(60),
		memoryMb: house.memoryMb.forward,
		environment: {
			BILLHOOK_QUEUE: room.queue.queueUrl,
			BILLHOOK_BUCKET: house.bucket.bucketName,
		},
		may: [
			allow(
				[
					"dynamodb:DescribeStream",
					"dynamodb:GetRecords",
					"dynamodb:GetShardIterator",
					"dynamodb:ListStreams",
				],
				stream,
			),
			allow(["sqs:SendMessage"], room.queue.queueArn),
			// the stream mapping looks for the bucket before it writes to it
			allow(["s3:ListBucket"], house.bucket.bucketArn),
		],
		// what the function gives up on, and what the mapping does: Lambda chooses aws/lambda/<mapping>/
		writesBelow: [`failures/${name}`, "aws/lambda"],
	});
}

export function openPoll(
	room: Room,
	watches: Table,
	house: House,
): LambdaFunction {
	const { name } = room.provider;
	return open(room, house, "Poll", {
		bundle: `poll-${name}`,
		description: `Billhook: asks ${name} for what its webhooks failed to bring`,
		timeout: Duration.minutes(5),
		memoryMb: house.memoryMb.poll,
		environment: {
			...store(room, house),
			BILLHOOK_WATCHES: watches.tableName,
		},
		may: [
			...mayRecord(room),
			allow(["dynamodb:GetItem"], room.inbox.tableArn),
			allow(
				[
					"dynamodb:GetItem",
					"dynamodb:PutItem",
					"dynamodb:UpdateItem",
					"dynamodb:DeleteItem",
				],
				watches.tableArn,
			),
			allow(["dynamodb:Query"], `${watches.tableArn}/index/by-due`),
		],
		writesBelow: [name],
	});
}

// a record is a query, a conditional put, and for a renewal or a quarantine's count an update
function mayRecord(room: Room): PolicyStatement[] {
	return [
		allow(
			["dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"],
			room.inbox.tableArn,
		),
		allow(["secretsmanager:GetSecretValue"], room.secret.secretArn),
	];
}

// a delivery may start a watch, or name one by its reference
function mayStart(watches: Table): PolicyStatement {
	return allowWatches(["dynamodb:GetItem", "dynamodb:PutItem"], watches);
}

function store(room: Room, house: House): Record<string, string> {
	return {
		BILLHOOK_INBOX: room.inbox.tableName,
		BILLHOOK_BUCKET: house.bucket.bucketName,
		BILLHOOK_SECRET: room.secretName,
		BILLHOOK_RETENTION_DAYS: String(house.retentionDays),
	};
}

interface RoomFunctionOptions {
	bundle: string;
	description: string;
	timeout: Duration;
	memoryMb: number;
	environment: Readonly<Record<string, string>>;
	may: readonly PolicyStatement[];
	/** the bucket's prefixes it may write below */
	writesBelow: readonly string[];
}

function open(
	room: Room,
	house: House,
	id: string,
	{ bundle, may, writesBelow, environment, ...rest }: RoomFunctionOptions,
): LambdaFunction {
	const objects = writesBelow.map((prefix) =>
		house.bucket.arnForObjects(`${prefix}/*`),
	);
	const fn = openFunction(room, id, {
		...rest,
		code: house.code(bundle),
		environment: {
			BILLHOOK_STAGE: house.stage,
			BILLHOOK_PROVIDER: room.provider.name,
			...environment,
		},
		may: [...may, allow(["s3:PutObject"], ...objects)],
		logRetention: house.logRetention,
		removalPolicy: house.removalPolicy,
	});
	for (const prefix of writesBelow)
		acknowledgePrefix(fn.role ?? fn, house.bucket, prefix);
	return fn;
}

function acknowledgePrefix(of: Construct, bucket: Bucket, prefix: string) {
	const id = Stack.of(bucket).getLogicalId(
		bucket.node.defaultChild as CfnElement,
	);
	Validations.of(of).acknowledge({
		id: `AwsSolutions-IAM5[Resource::<${id}.Arn>/${prefix}/*]`,
		reason: `Objects below ${prefix}/ are named by what they hold, so their names cannot be listed beforehand; nothing outside the prefix can be written.`,
	});
}

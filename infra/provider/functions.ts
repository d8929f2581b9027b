import { type CfnElement, Duration, Stack, Validations } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Provider } from "../../functions/provider.ts";
import {
	allow,
	allowLambdaAlone,
	allowWatches,
	openFunction,
} from "../function.ts";
import type { Installation, Network } from "../installation.ts";
import { allowKey, type SealedBy } from "../key.ts";
import type { ReservedConcurrency } from "../props.ts";

/** What a provider's functions work with, and the scope they stand in. */
export interface FunctionOwner extends Construct {
	readonly provider: Provider;
	readonly inbox: TableV2;
	readonly watches?: TableV2;
	readonly queue: Queue;
	readonly webhookSecret: Secret;
	readonly log: LogGroup;
	readonly reservedConcurrency: ReservedConcurrency;
}

export function openWebhook(
	owner: FunctionOwner,
	installation: Installation,
): LambdaFunction {
	const { name, poll } = owner.provider;
	const watches = poll?.watches && owner.watches;
	return open(owner, installation, "Webhook", {
		bundle: `webhook-${name}`,
		description: `Billhook: takes ${name}'s deliveries on`,
		timeout: Duration.seconds(10),
		memorySize: installation.memorySize.webhook,
		reservedConcurrency: owner.reservedConcurrency.webhook,
		environment: {
			...store(owner, installation),
			BILLHOOK_SECRET: owner.webhookSecret.secretArn,
			...(installation.logSenders && { BILLHOOK_LOG_SENDERS: "yes" }),
			...(watches && { BILLHOOK_WATCHES: watches.tableName }),
		},
		may: [
			mayRecord(owner),
			mayRead(owner.webhookSecret),
			mayRetry(owner),
			allow(["s3:GetObject"], installation.bucket.arnForObjects(`${name}/*`)),
			...(watches ? [mayStart(watches)] : []),
		],
		sealedBy: ["dynamodb", "s3", "secretsmanager"],
		writesBelow: [name],
	});
}

// where Lambda keeps what a mapping gave up on, below the mapping's id
const mappingFailures = "aws/lambda";

export function openForward(
	owner: FunctionOwner,
	installation: Installation,
): LambdaFunction {
	const { name } = owner.provider;
	const stream = owner.inbox.tableStreamArn;
	if (!stream) throw new Error(`The inbox of ${name} has no stream.`);
	const forward = open(owner, installation, "Forward", {
		bundle: "forward",
		description: `Billhook: hands ${name}'s events on to their queue`,
		timeout: Duration.seconds(60),
		memorySize: installation.memorySize.forward,
		reservedConcurrency: owner.reservedConcurrency.forward,
		environment: {
			BILLHOOK_QUEUE: owner.queue.queueUrl,
			BILLHOOK_BUCKET: installation.bucket.bucketName,
		},
		may: [
			allowLambdaAlone(
				[
					"dynamodb:DescribeStream",
					"dynamodb:GetRecords",
					"dynamodb:GetShardIterator",
					"dynamodb:ListStreams",
				],
				stream,
			),
			allow(["sqs:SendMessage"], owner.queue.queueArn),
			// the stream mapping looks for the bucket before it writes to it
			allowLambdaAlone(["s3:ListBucket"], installation.bucket.bucketArn),
			allowLambdaAlone(
				["s3:PutObject"],
				installation.bucket.arnForObjects(`${mappingFailures}/*`),
			),
		],
		sealedBy: ["dynamodb", "s3", "sqs"],
		writesBelow: [`failures/${name}`],
	});
	acknowledgePrefix(
		forward.role ?? forward,
		installation.bucket,
		mappingFailures,
	);
	return forward;
}

export function openPoll(
	owner: FunctionOwner,
	{ watches, apiSecret }: { watches: TableV2; apiSecret: Secret },
	installation: Installation,
): LambdaFunction {
	const { name } = owner.provider;
	return open(owner, installation, "Poll", {
		bundle: `poll-${name}`,
		description: `Billhook: asks ${name} for what its webhooks failed to bring`,
		timeout: Duration.minutes(5),
		memorySize: installation.memorySize.poll,
		reservedConcurrency: owner.reservedConcurrency.poll,
		network: installation.pollNetwork,
		environment: {
			...store(owner, installation),
			BILLHOOK_SECRET: apiSecret.secretArn,
			BILLHOOK_WATCHES: watches.tableName,
		},
		may: [
			mayRecord(owner),
			mayRead(apiSecret),
			allow(["dynamodb:GetItem"], owner.inbox.tableArn),
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
		sealedBy: ["dynamodb", "s3", "secretsmanager"],
		writesBelow: [name],
	});
}

// a record is a query, a conditional put, and for a renewal or a quarantine's count an update
function mayRecord(owner: FunctionOwner): PolicyStatement {
	return allow(
		["dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"],
		owner.inbox.tableArn,
	);
}

// what a person has read again leaves quarantine
function mayRetry({ inbox }: FunctionOwner): PolicyStatement {
	const statement = allow(
		["dynamodb:DeleteItem", "dynamodb:GetItem"],
		inbox.tableArn,
	);
	statement.addCondition("ForAllValues:StringLike", {
		"dynamodb:LeadingKeys": ["quarantine#*"],
	});
	return statement;
}

function mayRead(secret: Secret): PolicyStatement {
	return allow(["secretsmanager:GetSecretValue"], secret.secretArn);
}

// a delivery may start a watch, or name one by its reference
function mayStart(watches: TableV2): PolicyStatement {
	return allowWatches(["dynamodb:GetItem", "dynamodb:PutItem"], watches);
}

function store(
	owner: FunctionOwner,
	installation: Installation,
): Record<string, string> {
	return {
		BILLHOOK_INBOX: owner.inbox.tableName,
		BILLHOOK_BUCKET: installation.bucket.bucketName,
		BILLHOOK_RETENTION_DAYS: String(installation.retentionDays),
	};
}

interface ProviderFunctionOptions {
	bundle: string;
	description: string;
	timeout: Duration;
	memorySize: number;
	reservedConcurrency?: number;
	network?: Network;
	environment: Readonly<Record<string, string>>;
	may: readonly PolicyStatement[];
	/** the bucket's prefixes it may write below */
	writesBelow: readonly string[];
	/** the services through which it uses the installation's key */
	sealedBy: readonly SealedBy[];
}

function open(
	owner: FunctionOwner,
	installation: Installation,
	id: string,
	options: ProviderFunctionOptions,
): LambdaFunction {
	const { bundle, may, writesBelow, sealedBy, environment, ...rest } = options;
	const { encryptionKey } = installation;
	const objects = writesBelow.map((prefix) =>
		installation.bucket.arnForObjects(`${prefix}/*`),
	);
	const fn = openFunction(owner, id, {
		...rest,
		code: installation.code(bundle),
		environment: {
			BILLHOOK_STAGE: installation.stage,
			BILLHOOK_PROVIDER: owner.provider.name,
			BILLHOOK_SUBJECT_KEY: installation.subjectKey,
			...environment,
		},
		may: [
			...may,
			allow(["s3:PutObject"], ...objects),
			...(encryptionKey ? [allowKey(owner, encryptionKey, sealedBy)] : []),
		],
		logGroup: owner.log,
	});
	for (const prefix of writesBelow)
		acknowledgePrefix(fn.role ?? fn, installation.bucket, prefix);
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

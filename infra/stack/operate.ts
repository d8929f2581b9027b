import { ArnFormat, Stack } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
	Grant,
	type IGrantable,
	type PolicyStatement,
} from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { parameterPath } from "../../functions/installed.ts";
import type { ProviderResources } from "../provider/resources.ts";

export interface OperateOptions {
	/**
	 * Also what changes something, and what holds a secret: replay, quarantine retry, dead-letters redrive, watch add
	 * and stop, urls, settings, token rotate, connect, verify.
	 *
	 * @default - looking only
	 */
	readonly act?: boolean;
}

export interface Operated {
	stage: string;
	providers: readonly ProviderResources[];
	bucket: Bucket;
	api: HttpApi;
	accessLog: ILogGroup;
	encryptionKey?: IKey;
}

/** Lets someone run the command line on an installation: what each command asks AWS for, and nothing else. */
export function grantOperate(
	grantee: IGrantable,
	operated: Operated,
	{ act = false }: OperateOptions,
): Grant {
	const statements = act
		? [...looking(operated), ...acting(operated)]
		: looking(operated);
	return statements
		.filter(([, resources]) => resources.length > 0)
		.map(([actions, resourceArns, conditions]) =>
			Grant.addToPrincipal({
				grantee,
				actions: [...actions],
				resourceArns: [...resourceArns],
				conditions,
			}),
		)
		.reduce((all, one) => all.combine(one));
}

type Allowed = readonly [
	actions: readonly string[],
	resources: readonly string[],
	conditions?: PolicyStatement["conditions"],
];

function looking(operated: Operated): Allowed[] {
	const { stage, providers, bucket, api, accessLog, encryptionKey } = operated;
	const inboxes = providers.map(({ inbox }) => inbox.tableArn);
	const watches = providers.flatMap((own) => own.watches?.tableArn ?? []);
	const dead = providers.map((own) => own.deadLetterQueue.queueArn);
	const path = Stack.of(bucket).formatArn({
		service: "ssm",
		resource: "parameter",
		resourceName: parameterPath(stage).slice(1),
	});
	return [
		[["ssm:GetParametersByPath"], [path, `${path}/*`]],
		[["dynamodb:Query", "dynamodb:GetItem", "dynamodb:BatchGetItem"], inboxes],
		[["dynamodb:Query"], inboxes.map((arn) => `${arn}/index/by-hour`)],
		[["dynamodb:Query"], watches.map((arn) => `${arn}/index/by-due`)],
		[
			["sqs:GetQueueAttributes"],
			[...providers.map(({ queue }) => queue.queueArn), ...dead],
		],
		// a dead letter is seen by receiving it, and let go at once
		[["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"], dead],
		[
			["s3:GetObject"],
			providers.map(({ provider }) =>
				bucket.arnForObjects(`${provider.name}/*`),
			),
		],
		[
			["logs:FilterLogEvents"],
			[...providers.map(({ log }) => log), accessLog].map(
				({ logGroupArn }) => logGroupArn,
			),
		],
		// it asks of all groups whose name begins so
		[
			["logs:DescribeLogGroups"],
			[
				Stack.of(bucket).formatArn({
					service: "logs",
					resource: "log-group",
					resourceName: "*",
					arnFormat: ArnFormat.COLON_RESOURCE_NAME,
				}),
			],
		],
		// it knows no resources: the age of a queue's oldest message
		[["cloudwatch:GetMetricData"], ["*"]],
		[["execute-api:Invoke"], [api.arnForExecuteApi("GET", "/watches/*")]],
		[["kms:Decrypt"], encryptionKey ? [encryptionKey.keyArn] : []],
	];
}

function acting({
	providers,
	bucket,
	api,
	encryptionKey,
}: Operated): Allowed[] {
	const failures = [
		...providers.map(({ provider }) => `failures/${provider.name}/*`),
		"aws/lambda/*",
	];
	return [
		[
			["lambda:InvokeFunction"],
			providers.map(({ webhook }) => webhook.functionArn),
		],
		[["sqs:SendMessage"], providers.map(({ queue }) => queue.queueArn)],
		[
			["sqs:DeleteMessage"],
			providers.map((own) => own.deadLetterQueue.queueArn),
		],
		// what was sent again stands in the log, for whoever asks why
		[
			["logs:CreateLogStream", "logs:PutLogEvents"],
			providers.map(({ log }) => log.logGroupArn),
		],
		[
			["s3:GetObject", "s3:DeleteObject"],
			failures.map((prefix) => bucket.arnForObjects(prefix)),
		],
		[
			["s3:ListBucket"],
			[bucket.bucketArn],
			{ StringLike: { "s3:prefix": failures } },
		],
		[
			["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
			providers.flatMap(({ webhookSecret, apiSecret }) => [
				webhookSecret.secretArn,
				...(apiSecret ? [apiSecret.secretArn] : []),
			]),
		],
		[
			["execute-api:Invoke"],
			["POST", "DELETE"].map((method) =>
				api.arnForExecuteApi(method, "/watches/*"),
			),
		],
		[["kms:GenerateDataKey"], encryptionKey ? [encryptionKey.keyArn] : []],
	];
}

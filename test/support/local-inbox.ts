import type { Resource } from "../../local/template/template.ts";
import { type App, lambda, requires, routes } from "./local-app.ts";

// the smallest app that has all that Billhook has: a delivery becomes an item, its stream a message, and a poll answers

const webhook = `
const { DynamoDBClient, PutItemCommand } = ${requires("@aws-sdk/client-dynamodb")};
const client = new DynamoDBClient({});
exports.handler = async ({ pathParameters, body }) => {
	const Item = { pk: { S: body }, kind: { S: "event" }, token: { S: pathParameters.token } };
	await client.send(new PutItemCommand({ TableName: process.env.BILLHOOK_INBOX, Item }));
	console.log(JSON.stringify({
		Stage: "tiny", Provider: "tiny", time: new Date().toISOString(), requestId: "r", traceparent: "t",
		function: "webhook", outcome: "accepted", status: 200, method: "POST", bytes: body.length,
		events: [{ outcome: "new", type: "tiny.happened", id: body, subject: "s" }],
	}));
	return { statusCode: 200, body: "taken" };
};`;

const forward = `
const { SQSClient, SendMessageCommand } = ${requires("@aws-sdk/client-sqs")};
const client = new SQSClient({});
exports.handler = async ({ Records }) => {
	for (const { dynamodb: { NewImage } } of Records) {
		if (NewImage.pk.S === "poison") throw new Error("poison");
		await client.send(new SendMessageCommand({
			QueueUrl: process.env.BILLHOOK_QUEUE, MessageBody: NewImage.pk.S,
			MessageGroupId: "one", MessageDeduplicationId: NewImage.pk.S,
		}));
	}
	return { batchItemFailures: [] };
};`;

const poll = `
const { SecretsManagerClient, GetSecretValueCommand } = ${requires("@aws-sdk/client-secrets-manager")};
const client = new SecretsManagerClient({});
exports.handler = async (event) => {
	if (event.fail) throw new Error("no");
	const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: process.env.BILLHOOK_SECRET }));
	return { requests: 0, settings: Object.keys(JSON.parse(SecretString)) };
};`;

export const queueOf = (properties: object = {}): Resource => ({
	Type: "AWS::SQS::Queue",
	Properties: { FifoQueue: true, VisibilityTimeout: 360, ...properties },
});

export const tableOf = (properties: object = {}): Resource => ({
	Type: "AWS::DynamoDB::GlobalTable",
	Properties: {
		BillingMode: "PAY_PER_REQUEST",
		AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
		KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
		StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
		Replicas: [{ Region: { Ref: "AWS::Region" } }],
		...properties,
	},
});

const common = { BILLHOOK_PROVIDER: "tiny" };

const secretOf = (kind: string, properties: object): Resource => ({
	Type: "AWS::SecretsManager::Secret",
	Properties: {
		...properties,
		Tags: [
			{ Key: "billhook:provider", Value: "tiny" },
			{ Key: "billhook:secret", Value: kind },
		],
	},
});

/** The app, with some of its resources replaced or added. */
export function tinyApp(changes: Readonly<Record<string, Resource>> = {}): App {
	return {
		code: { webhook, forward, poll },
		resources: {
			Inbox: tableOf(),
			Queue: queueOf({
				RedrivePolicy: {
					deadLetterTargetArn: { "Fn::GetAtt": ["DeadLetterQueue", "Arn"] },
					maxReceiveCount: 5,
				},
			}),
			DeadLetterQueue: queueOf(),
			Bucket: { Type: "AWS::S3::Bucket" },
			WebhookSecret: secretOf("webhook", {
				GenerateSecretString: {
					SecretStringTemplate: "{}",
					GenerateStringKey: "token",
					PasswordLength: 43,
					ExcludePunctuation: true,
				},
			}),
			ApiSecret: secretOf("api", { SecretString: "{}" }),
			Webhook: lambda("webhook", {
				...common,
				BILLHOOK_INBOX: { Ref: "Inbox" },
				BILLHOOK_SECRET: { Ref: "WebhookSecret" },
			}),
			Forward: lambda("forward", {
				...common,
				BILLHOOK_QUEUE: { Ref: "Queue" },
			}),
			Poll: lambda("poll", {
				...common,
				BILLHOOK_INBOX: { Ref: "Inbox" },
				BILLHOOK_SECRET: { Ref: "ApiSecret" },
			}),
			Stream: {
				Type: "AWS::Lambda::EventSourceMapping",
				Properties: {
					EventSourceArn: { "Fn::GetAtt": ["Inbox", "StreamArn"] },
					FunctionName: { Ref: "Forward" },
					StartingPosition: "TRIM_HORIZON",
					FunctionResponseTypes: ["ReportBatchItemFailures"],
					BisectBatchOnFunctionError: true,
					MaximumRetryAttempts: 0,
					DestinationConfig: {
						OnFailure: { Destination: { "Fn::GetAtt": ["Bucket", "Arn"] } },
					},
				},
			},
			Schedule: {
				Type: "AWS::Scheduler::Schedule",
				Properties: {
					ScheduleExpression: "rate(5 minutes)",
					Target: { Arn: { "Fn::GetAtt": ["Poll", "Arn"] } },
				},
			},
			Parameter: {
				Type: "AWS::SSM::Parameter",
				Properties: {
					Name: "/billhook/local/tiny",
					Value: {
						"Fn::Join": ["", ['{"tables":{"inbox":"', { Ref: "Inbox" }, '"}}']],
					},
				},
			},
			Theirs: {
				Type: "AWS::SSM::Parameter",
				Properties: { Name: "/theirs", Value: "not JSON" },
			},
			...routes({ "POST /hooks/tiny/{token}": "Webhook" }),
			...changes,
		},
	};
}

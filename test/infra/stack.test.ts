import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { usualProviders } from "../../functions/providers.ts";
import { BillhookStack } from "../../infra/stack.ts";
import { configFor } from "../support/installation.ts";
import {
	ofType,
	propertiesOf,
	say,
	type Template,
	templateOf,
} from "../support/template.ts";

const app = new App();
// synth throws on a finding that nobody explained
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const stacks = {
	prod: new BillhookStack(app, configFor()),
	dev: new BillhookStack(app, configFor("dev")),
};
const prod = templateOf(stacks.prod);
const dev = templateOf(stacks.dev);

const names = usualProviders.map(({ name }) => name);
const polled = usualProviders.filter(({ poll }) => poll);

const holdsData = [
	"AWS::DynamoDB::GlobalTable",
	"AWS::SQS::Queue",
	"AWS::S3::Bucket",
	"AWS::Lambda::EventSourceMapping",
];
const addresses = ["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"];

const properties = (name: string) => propertiesOf(prod, name);

describe("an upgrade", () => {
	// a changed id replaces the resource: data is left behind, or a day of events forwarded again
	test("leaves tables, queues, bucket, stream mappings and the API's address where they are", () => {
		const held = [...holdsData, ...addresses].flatMap((type) =>
			ofType(prod, type).map(([id]) => id),
		);
		const pinned = [
			"BillhookApiHttpAC6A6234",
			"BillhookApiStage77FDCD65",
			"BillhookBucketEC6190AB",
			"BillhookcaminvoiceDeadLetterQueue57733553",
			"BillhookcaminvoiceInbox0121CC22",
			"BillhookcaminvoiceQueue30D588C6",
			"BillhookcaminvoiceStream23071B20",
			"BillhookcaminvoiceWatches36ACC99A",
			"BillhookdealposDeadLetterQueue26A244A3",
			"BillhookdealposInbox694CBF59",
			"BillhookdealposQueue06BDA05F",
			"BillhookdealposStreamBBBD8F37",
			"BillhookdealposWatches594D0CC3",
			"BillhookfinboxDeadLetterQueue50A599C9",
			"BillhookfinboxInbox9BD6791E",
			"BillhookfinboxQueue8FAD4822",
			"BillhookfinboxStream31061770",
			"BillhookfinboxWatches65844137",
			"BillhookmarosaDeadLetterQueue993AC0DA",
			"BillhookmarosaInbox4DCB3F39",
			"BillhookmarosaQueueEC3814B0",
			"BillhookmarosaStream87E73EC3",
			"BillhookmarosaWatchesA25CC2D9",
			"BillhookphotonDeadLetterQueueC7C0B014",
			"BillhookphotonInbox2AC490A7",
			"BillhookphotonQueue681DF09C",
			"BillhookphotonStream248484D6",
			"BillhookphotonWatches659693C7",
		];
		// a provider of one's own brings others
		expect(held).toEqual(expect.arrayContaining(pinned));
	});

	test("finds the outputs' names where they were", () => {
		const shared = ["AlarmTopicArn", "ApiUrl", "BucketName", "Stage"];
		const own = [
			"DeadLetterQueueUrl",
			"InboxTableName",
			"QueueUrl",
			"WebhookSecretArn",
			"WebhookUrl",
		];
		const outputs = Object.keys(prod.Outputs);
		expect(outputs).toEqual(
			expect.arrayContaining(shared.map((name) => `Billhook${name}`)),
		);
		for (const { name, poll } of usualProviders) {
			const prefix = name[0]?.toUpperCase() + name.slice(1);
			const expected = [
				...own,
				...(poll ? ["ApiSecretArn", "WatchesTableName"] : []),
			].map((suffix) => prefix + suffix);
			expect(
				outputs.filter((output) => output.startsWith(prefix)).sort(),
			).toEqual(expected.sort());
		}
	});
});

/** The one copy that each table has. */
function replicas(template: Template) {
	return ofType(template, "AWS::DynamoDB::GlobalTable").map(
		([, { Properties }]) => {
			expect(Properties.Replicas).toMatchObject([
				{ Region: { Ref: "AWS::Region" } },
			]);
			return Properties.Replicas[0];
		},
	);
}

function isProtected(replica: { DeletionProtectionEnabled: boolean }) {
	return replica.DeletionProtectionEnabled;
}

describe("a stage", () => {
	test("keeps all that holds data when it goes, if it is production", () => {
		const kept = [
			...holdsData.filter((type) => !/Mapping/.test(type)),
			"AWS::SQS::QueuePolicy",
			"AWS::S3::BucketPolicy",
			"AWS::Logs::LogGroup",
		];
		for (const [id, resource] of kept.flatMap((type) => ofType(prod, type)))
			expect([
				id,
				resource.DeletionPolicy,
				resource.UpdateReplacePolicy,
			]).toEqual([id, expect.stringMatching(/^Retain/), "Retain"]);
		expect(replicas(prod).map(isProtected)).not.toContain(false);
	});

	test("goes without a trace if it is for development", () => {
		for (const [id, resource] of Object.entries(dev.Resources))
			expect([id, resource.DeletionPolicy ?? "Delete"]).toEqual([id, "Delete"]);
		expect(replicas(dev).map(isProtected)).not.toContain(true);
		expect(ofType(dev, "Custom::S3AutoDeleteObjects")).toHaveLength(1);
		// a function without a log group of the stack's own would leave one behind
		for (const [id, { Properties }] of ofType(dev, "AWS::Lambda::Function"))
			expect([id, Properties.LoggingConfig?.LogGroup]).toEqual([
				id,
				{ Ref: expect.any(String) },
			]);
	});

	test("stands beside another in the same account", () => {
		const physical =
			/^(?!Display|Metric|Attribute|Index|Policy|Alarm).*Name$|^Name$/;
		const named = [prod, dev].map(({ Resources }) =>
			Object.values(Resources).flatMap(({ Properties }) =>
				Object.entries(Properties)
					.filter(
						([key, value]) => physical.test(key) && typeof value === "string",
					)
					.map(([, value]) => value as string),
			),
		);
		const [ofProd = [], ofDev = []] = named;
		expect(ofProd.sort()).toEqual(
			[
				"$default",
				// the API's and the dashboard's
				"billhook-prod",
				"billhook-prod",
				...names.map((name) => `/billhook/prod/${name}`),
			].sort(),
		);
		// a stage's name is its API's own affair
		expect(ofProd.filter((name) => ofDev.includes(name))).toEqual(["$default"]);
	});
});

describe("a function", () => {
	test("runs on the newest Node, on ARM, with a log that ends", () => {
		const logs = new Map(
			ofType(prod, "AWS::Logs::LogGroup").map(([id, { Properties }]) => [
				id,
				Properties.RetentionInDays,
			]),
		);
		for (const [, { Properties }] of ofType(prod, "AWS::Lambda::Function")) {
			expect(Properties).toMatchObject({
				Runtime: "nodejs24.x",
				Architectures: ["arm64"],
				Handler: "index.handler",
			});
			expect(logs.get(Properties.LoggingConfig.LogGroup.Ref)).toBe(30);
			// and without Lambda's own lines of what went well, a third of all that would be logged
			expect(Properties.LoggingConfig).toMatchObject({
				LogFormat: "JSON",
				SystemLogLevel: "WARN",
			});
			// what an account reserves is its owner's to decide
			expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
		}
	});

	test.each(names)("of %s has the time that its promises leave", (name) => {
		expect(properties(`${name}Webhook`).Timeout).toBe(10);
		expect(properties(`${name}Forward`).Timeout).toBe(60);
	});

	test.each(polled)(
		"polls $name on a schedule, and is never retried",
		({ name, poll }) => {
			expect(properties(`${name}Poll`)).toMatchObject({
				Timeout: 300,
				MemorySize: 512,
			});
			const { everyMinutes } = poll ?? { everyMinutes: 0 };
			expect(properties(`${name}Schedule`)).toMatchObject({
				ScheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? "minute" : "minutes"})`,
				FlexibleTimeWindow: { Mode: "OFF" },
				Target: { Input: "{}", RetryPolicy: { MaximumRetryAttempts: 0 } },
			});
			expect(properties(`${name}PollEventInvokeConfig`)).toMatchObject({
				MaximumRetryAttempts: 0,
				MaximumEventAgeInSeconds: 60,
			});
		},
	);
});

describe("the way out", () => {
	test.each(names)(
		"of %s takes every event of the stream from its beginning, and nothing else",
		(name) => {
			const mapping = properties(`${name}Stream`);
			expect(mapping).toMatchObject({
				StartingPosition: "TRIM_HORIZON",
				FunctionResponseTypes: ["ReportBatchItemFailures"],
				BisectBatchOnFunctionError: true,
				ParallelizationFactor: 1,
				MaximumRecordAgeInSeconds: 22 * 3600,
				MetricsConfig: { Metrics: ["EventCount"] },
			});
			expect(mapping.MaximumRetryAttempts).toBeUndefined();
			expect(say(mapping.EventSourceArn)).toBe(`${name}InboxStreamArn`);
			expect(say(mapping.DestinationConfig.OnFailure.Destination)).toBe(
				"Bucket",
			);
			const patterns = mapping.FilterCriteria.Filters.map(
				({ Pattern }: { Pattern: string }) => JSON.parse(Pattern),
			);
			expect(patterns).toEqual([
				{
					eventName: ["INSERT"],
					dynamodb: { NewImage: { kind: { S: ["event"] } } },
				},
			]);
		},
	);

	test.each(names)(
		"of %s ends in a queue that keeps order by subject, and dead letters",
		(name) => {
			const queue = properties(`${name}Queue`);
			const shared = {
				FifoQueue: true,
				DeduplicationScope: "messageGroup",
				FifoThroughputLimit: "perMessageGroupId",
				MaximumMessageSize: 1024 * 1024,
				MessageRetentionPeriod: 14 * 24 * 3600,
				ReceiveMessageWaitTimeSeconds: 20,
				SqsManagedSseEnabled: true,
			};
			expect(queue).toMatchObject({ ...shared, VisibilityTimeout: 360 });
			expect(queue.RedrivePolicy.maxReceiveCount).toBe(5);
			expect(say(queue.RedrivePolicy.deadLetterTargetArn)).toBe(
				`${name}DeadLetterQueue`,
			);
			expect(properties(`${name}DeadLetterQueue`)).toMatchObject(shared);
		},
	);
});

function said({ KeyType, AttributeName }: Record<string, string>) {
	return `${KeyType} ${AttributeName}`;
}

describe("what is kept", () => {
	test("is billed by use, can be restored to any second, and forgets by itself", () => {
		for (const [, { Properties }] of ofType(prod, "AWS::DynamoDB::GlobalTable"))
			expect(Properties).toMatchObject({
				BillingMode: "PAY_PER_REQUEST",
				TimeToLiveSpecification: { AttributeName: "expires", Enabled: true },
			});
		for (const replica of replicas(prod))
			expect(replica.PointInTimeRecoverySpecification).toEqual({
				PointInTimeRecoveryEnabled: true,
			});
	});

	test.each(names)(
		"of %s has keys and an index that cannot be changed later",
		(name) => {
			const inbox = properties(`${name}Inbox`);
			expect(inbox.KeySchema.map(said)).toEqual(["HASH pk", "RANGE sk"]);
			expect(inbox.GlobalSecondaryIndexes).toHaveLength(1);
			const [byHour] = inbox.GlobalSecondaryIndexes;
			expect(byHour.IndexName).toBe("by-hour");
			expect(byHour.KeySchema.map(said)).toEqual(["HASH hour", "RANGE at"]);
			expect(byHour.Projection).toEqual({
				ProjectionType: "INCLUDE",
				NonKeyAttributes: ["kind", "id", "type", "via"],
			});
			// a replica asks for both images
			expect(inbox.StreamSpecification).toEqual({
				StreamViewType: "NEW_AND_OLD_IMAGES",
			});
		},
	);

	test.each(polled)(
		"of $name's polls has keys, and no stream that anything could leave by",
		({ name }) => {
			const watches = properties(`${name}Watches`);
			expect(watches.KeySchema.map(said)).toEqual(["HASH pk", "RANGE sk"]);
			expect(watches.GlobalSecondaryIndexes).toHaveLength(1);
			const [byDue] = watches.GlobalSecondaryIndexes;
			expect(byDue.IndexName).toBe("by-due");
			expect(byDue.KeySchema.map(said)).toEqual(["HASH dueshard", "RANGE due"]);
			expect(byDue.Projection).toEqual({ ProjectionType: "ALL" });
			expect(watches.StreamSpecification).toBeUndefined();
		},
	);

	test("lies in a private, encrypted bucket until no event points at it", () => {
		const bucket = properties("Bucket");
		expect(bucket).toMatchObject({
			PublicAccessBlockConfiguration: {
				BlockPublicAcls: true,
				BlockPublicPolicy: true,
				IgnorePublicAcls: true,
				RestrictPublicBuckets: true,
			},
			OwnershipControls: {
				Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }],
			},
			BucketEncryption: {
				ServerSideEncryptionConfiguration: [
					{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
				],
			},
		});
		expect(bucket.LifecycleConfiguration.Rules).toMatchObject([
			{ ExpirationInDays: 400 + 30, Status: "Enabled" },
		]);
	});

	test("is reached under TLS only", () => {
		const policies = [
			...ofType(prod, "AWS::SQS::QueuePolicy"),
			...ofType(prod, "AWS::S3::BucketPolicy"),
			...ofType(prod, "AWS::SNS::TopicPolicy"),
		].map(([, { Properties }]) => Properties.PolicyDocument);
		const tables = replicas(prod).map(
			({ ResourcePolicy }) => ResourcePolicy.PolicyDocument,
		);
		expect(policies).toHaveLength(2 * names.length + 2);
		for (const { Statement } of [...policies, ...tables]) {
			const denied = Statement.find(
				({ Effect }: { Effect: string }) => Effect === "Deny",
			);
			expect(denied.Condition).toEqual({
				Bool: { "aws:SecureTransport": "false" },
			});
			expect(["*", { AWS: "*" }]).toContainEqual(denied.Principal);
		}
	});
});

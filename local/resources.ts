import * as z from "zod";
import { readFilter } from "./filter.ts";
import { readRoute } from "./routes.ts";
import { readRate } from "./schedule.ts";

// properties that change nothing on one machine: encryption, tags, protection, access
const nothing = z.unknown().optional();

const readable = (read: (text: string) => unknown) =>
	z.string().superRefine((text, context) => {
		try {
			read(text);
		} catch (error) {
			context.addIssue((error as Error).message);
		}
	});

const keySchema = z.array(
	z.strictObject({
		AttributeName: z.string(),
		KeyType: z.enum(["HASH", "RANGE"]),
	}),
);

const table = z.strictObject({
	TableName: nothing,
	KeySchema: keySchema,
	AttributeDefinitions: z.array(
		z.strictObject({
			AttributeName: z.string(),
			AttributeType: z.enum(["S", "N", "B"]),
		}),
	),
	GlobalSecondaryIndexes: z
		.array(
			z.strictObject({
				IndexName: z.string(),
				KeySchema: keySchema,
				Projection: z.strictObject({
					ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
					NonKeyAttributes: z.array(z.string()).optional(),
				}),
				ContributorInsightsSpecification: nothing,
			}),
		)
		.default([]),
	StreamSpecification: z
		.strictObject({
			StreamViewType: z.enum([
				"KEYS_ONLY",
				"NEW_IMAGE",
				"OLD_IMAGE",
				"NEW_AND_OLD_IMAGES",
			]),
			ResourcePolicy: nothing,
		})
		.optional(),
	TimeToLiveSpecification: z
		.strictObject({ AttributeName: z.string(), Enabled: z.boolean() })
		.optional(),
	BillingMode: z.literal("PAY_PER_REQUEST"),
	ContributorInsightsSpecification: nothing,
	DeletionProtectionEnabled: nothing,
	PointInTimeRecoverySpecification: nothing,
	ResourcePolicy: nothing,
	SSESpecification: nothing,
	Tags: nothing,
	TableClass: nothing,
});

const queue = z.strictObject({
	QueueName: nothing,
	FifoQueue: z.boolean().default(false),
	ContentBasedDeduplication: z.boolean().optional(),
	DeduplicationScope: z.string().optional(),
	FifoThroughputLimit: z.string().optional(),
	DelaySeconds: z.number().optional(),
	MaximumMessageSize: z.number().optional(),
	MessageRetentionPeriod: z.number().optional(),
	ReceiveMessageWaitTimeSeconds: z.number().optional(),
	VisibilityTimeout: z.number().optional(),
	RedrivePolicy: z
		.strictObject({
			deadLetterTargetArn: z.string(),
			maxReceiveCount: z.number(),
		})
		.optional(),
	RedriveAllowPolicy: nothing,
	KmsMasterKeyId: nothing,
	KmsDataKeyReusePeriodSeconds: nothing,
	SqsManagedSseEnabled: nothing,
	Tags: nothing,
});

const bucket = z.strictObject({
	BucketName: nothing,
	BucketEncryption: nothing,
	// nothing expires here; `--fresh` empties it
	LifecycleConfiguration: nothing,
	LoggingConfiguration: nothing,
	OwnershipControls: nothing,
	PublicAccessBlockConfiguration: nothing,
	Tags: nothing,
	VersioningConfiguration: nothing,
});

const secret = z.strictObject({
	Name: z.string(),
	GenerateSecretString: z.strictObject({
		SecretStringTemplate: z.string().default("{}"),
		GenerateStringKey: z.string(),
		PasswordLength: z.number().default(32),
		ExcludePunctuation: z.literal(true),
	}),
	Description: nothing,
	KmsKeyId: nothing,
	Tags: nothing,
});

const lambda = z.strictObject({
	FunctionName: nothing,
	Code: z.strictObject({ S3Bucket: nothing, S3Key: z.string() }),
	Handler: z.string().regex(/^[\w/-]+\.\w+$/),
	Runtime: z.string().startsWith("nodejs"),
	Timeout: z.number().default(3),
	MemorySize: z.number().default(128),
	Environment: z
		.strictObject({ Variables: z.record(z.string(), z.string()).default({}) })
		.default({ Variables: {} }),
	Architectures: nothing,
	Description: nothing,
	EphemeralStorage: nothing,
	KmsKeyArn: nothing,
	LoggingConfig: nothing,
	RecursiveLoop: nothing,
	ReservedConcurrentExecutions: nothing,
	Role: nothing,
	RuntimeManagementConfig: nothing,
	Tags: nothing,
	TracingConfig: nothing,
});

const mapping = z.strictObject({
	EventSourceArn: z.string(),
	FunctionName: z.string(),
	StartingPosition: z.literal("TRIM_HORIZON"),
	BatchSize: z.number().default(100),
	MaximumBatchingWindowInSeconds: z.literal(0).default(0),
	ParallelizationFactor: z.literal(1).default(1),
	BisectBatchOnFunctionError: z.boolean().default(false),
	MaximumRetryAttempts: z.number().default(-1),
	MaximumRecordAgeInSeconds: z.number().default(-1),
	FunctionResponseTypes: z
		.array(z.literal("ReportBatchItemFailures"))
		.default([]),
	FilterCriteria: z
		.strictObject({
			Filters: z.array(
				z.strictObject({
					Pattern: readable((pattern) => readFilter([pattern])),
				}),
			),
		})
		.default({ Filters: [] }),
	DestinationConfig: z
		.strictObject({
			OnFailure: z.strictObject({
				Destination: z.string().startsWith("arn:aws:s3:::"),
			}),
		})
		.optional(),
	Enabled: z.boolean().default(true),
	KmsKeyArn: nothing,
	MetricsConfig: nothing,
	Tags: nothing,
});

const api = z.strictObject({
	ProtocolType: z.literal("HTTP"),
	Name: nothing,
	Description: nothing,
	DisableExecuteApiEndpoint: nothing,
	Tags: nothing,
});

const integration = z.strictObject({
	ApiId: z.string(),
	IntegrationType: z.literal("AWS_PROXY"),
	PayloadFormatVersion: z.literal("2.0"),
	IntegrationUri: z.string(),
	TimeoutInMillis: z.number().default(30_000),
	IntegrationMethod: nothing,
	Description: nothing,
});

const route = z.strictObject({
	ApiId: z.string(),
	RouteKey: readable((key) => readRoute(key, undefined)),
	Target: z.string().startsWith("integrations/"),
	// whoever reaches the loopback may call it: nothing checks AWS signatures here
	AuthorizationType: z.enum(["NONE", "AWS_IAM"]).default("NONE"),
	AuthorizationScopes: nothing,
	OperationName: nothing,
});

const stage = z.strictObject({
	ApiId: z.string(),
	StageName: z.literal("$default"),
	AutoDeploy: z.literal(true),
	AccessLogSettings: nothing,
	// never throttled here
	DefaultRouteSettings: nothing,
	Description: nothing,
	RouteSettings: nothing,
	Tags: nothing,
});

const schedule = z.strictObject({
	ScheduleExpression: readable(readRate),
	State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
	Target: z.strictObject({
		Arn: z.string(),
		Input: z.string().default("{}"),
		RoleArn: nothing,
		RetryPolicy: nothing,
		DeadLetterConfig: nothing,
	}),
	Name: nothing,
	Description: nothing,
	// starts on time
	FlexibleTimeWindow: nothing,
	GroupName: nothing,
	KmsKeyArn: nothing,
});

/** The types of resource that run locally, and of each what it may say. */
export const kinds = {
	"AWS::DynamoDB::Table": table,
	"AWS::SQS::Queue": queue,
	"AWS::S3::Bucket": bucket,
	"AWS::SecretsManager::Secret": secret,
	"AWS::Lambda::Function": lambda,
	"AWS::Lambda::EventSourceMapping": mapping,
	"AWS::ApiGatewayV2::Api": api,
	"AWS::ApiGatewayV2::Integration": integration,
	"AWS::ApiGatewayV2::Route": route,
	"AWS::ApiGatewayV2::Stage": stage,
	"AWS::Scheduler::Schedule": schedule,
};

export type Kind = keyof typeof kinds;

/** The types of resource that need no counterpart, and why. `Custom::…` belongs to them: it acts on a deployment. */
export const meaningless: Readonly<Record<string, string>> = {
	"AWS::IAM::Role": "everything here may do everything",
	"AWS::IAM::Policy": "everything here may do everything",
	"AWS::IAM::ManagedPolicy": "everything here may do everything",
	"AWS::Lambda::Permission": "everything here may do everything",
	"AWS::SQS::QueuePolicy": "everything here may do everything",
	"AWS::S3::BucketPolicy": "everything here may do everything",
	"AWS::SNS::TopicPolicy": "everything here may do everything",
	"AWS::SecretsManager::ResourcePolicy": "everything here may do everything",
	"AWS::Lambda::EventInvokeConfig": "a scheduled run is never repeated here",
	"AWS::Scheduler::ScheduleGroup": "a name for schedules",
	"AWS::Logs::LogGroup": "functions log to the terminal",
	"AWS::Logs::MetricFilter": "nobody is woken by a machine on a desk",
	"AWS::Logs::QueryDefinition": "functions log to the terminal",
	"AWS::CloudWatch::Alarm": "nobody is woken by a machine on a desk",
	"AWS::CloudWatch::CompositeAlarm": "nobody is woken by a machine on a desk",
	"AWS::CloudWatch::Dashboard": "the terminal shows each event as it moves",
	"AWS::SNS::Topic": "alarms go there, and there are none",
	"AWS::SNS::Subscription": "alarms go there, and there are none",
	"AWS::CDK::Metadata": "says which version of the CDK wrote the template",
};

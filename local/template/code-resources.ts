import * as z from "zod";
import { readRoute } from "../gateway/routes.ts";
import { readRate } from "../lambda/schedule.ts";
import { readFilter } from "../stream/filter.ts";
import { nothing } from "./store-resources.ts";

const readable = (read: (text: string) => unknown) =>
	z.string().superRefine((text, context) => {
		try {
			read(text);
		} catch (error) {
			context.addIssue((error as Error).message);
		}
	});

export const lambda = z.strictObject({
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
	// whatever reaches this machine's network
	VpcConfig: nothing,
});

export const mapping = z.strictObject({
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

export const api = z.strictObject({
	ProtocolType: z.literal("HTTP"),
	Name: nothing,
	Description: nothing,
	DisableExecuteApiEndpoint: nothing,
	Tags: nothing,
});

export const integration = z.strictObject({
	ApiId: z.string(),
	IntegrationType: z.literal("AWS_PROXY"),
	PayloadFormatVersion: z.literal("2.0"),
	IntegrationUri: z.string(),
	TimeoutInMillis: z.number().default(30_000),
	IntegrationMethod: nothing,
	Description: nothing,
});

export const route = z.strictObject({
	ApiId: z.string(),
	RouteKey: readable((key) => readRoute(key, undefined)),
	Target: z.string().startsWith("integrations/"),
	// whoever reaches the loopback may call it: nothing checks AWS signatures here
	AuthorizationType: z.enum(["NONE", "AWS_IAM"]).default("NONE"),
	AuthorizationScopes: nothing,
	OperationName: nothing,
});

export const stage = z.strictObject({
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

export const schedule = z.strictObject({
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

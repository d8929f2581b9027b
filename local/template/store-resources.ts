import * as z from "zod";

// properties that change nothing on one machine: encryption, tags, protection, access
export const nothing = z.unknown().optional();

const keySchema = z.array(
	z.strictObject({
		AttributeName: z.string(),
		KeyType: z.enum(["HASH", "RANGE"]),
	}),
);

const replica = z.strictObject({
	Region: z.string(),
	GlobalSecondaryIndexes: z
		.array(
			z.strictObject({
				IndexName: z.string(),
				ContributorInsightsSpecification: nothing,
			}),
		)
		.optional(),
	ContributorInsightsSpecification: nothing,
	DeletionProtectionEnabled: nothing,
	GlobalTableSettingsReplicationMode: nothing,
	PointInTimeRecoverySpecification: nothing,
	ReplicaStreamSpecification: nothing,
	ResourcePolicy: nothing,
	SSESpecification: nothing,
	TableClass: nothing,
	Tags: nothing,
});

export const table = z.strictObject({
	TableName: nothing,
	// one machine is one region
	Replicas: z.array(replica).length(1),
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
		})
		.optional(),
	TimeToLiveSpecification: z
		.strictObject({ AttributeName: z.string(), Enabled: z.boolean() })
		.optional(),
	BillingMode: z.literal("PAY_PER_REQUEST"),
	SSESpecification: nothing,
});

export const queue = z.strictObject({
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

export const bucket = z.strictObject({
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

/** where other tools find things: local.json says the same */
export const parameter = z.strictObject({
	Name: z.string(),
	Value: z.string(),
	Type: nothing,
	AllowedPattern: nothing,
	DataType: nothing,
	Description: nothing,
	Policies: nothing,
	Tags: nothing,
	Tier: nothing,
});

export const secret = z.strictObject({
	Name: nothing,
	SecretString: z.string().default("{}"),
	GenerateSecretString: z
		.strictObject({
			SecretStringTemplate: z.string().default("{}"),
			GenerateStringKey: z.string(),
			PasswordLength: z.number().default(32),
			ExcludePunctuation: z.literal(true),
		})
		.optional(),
	// they say whose it is, and which of the two
	Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })),
	Description: nothing,
	KmsKeyId: nothing,
});

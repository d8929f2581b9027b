import {
	type CfnResource,
	Duration,
	RemovalPolicy,
	type Stack,
	Validations,
} from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import {
	BlockPublicAccess,
	Bucket,
	BucketEncryption,
	ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

export interface BucketOptions {
	retain: boolean;
	removalPolicy: RemovalPolicy;
	retentionDays: number;
	encryptionKey?: IKey;
}

/** Large bodies by provider, and what could not be forwarded. */
export function openBucket(
	scope: Construct,
	id: string,
	options: BucketOptions,
): Bucket {
	const bucket = new Bucket(scope, id, {
		blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
		objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
		encryption: options.encryptionKey
			? BucketEncryption.KMS
			: BucketEncryption.S3_MANAGED,
		encryptionKey: options.encryptionKey,
		// one call of the key's for many objects
		bucketKeyEnabled: options.encryptionKey && true,
		enforceSSL: true,
		// a key is the digest of its bytes and is written again to renew its age: a version would be a copy of itself
		versioned: false,
		lifecycleRules: [
			{
				id: "expire",
				expiration: Duration.days(options.retentionDays + 30),
				abortIncompleteMultipartUploadAfter: Duration.days(1),
			},
		],
		removalPolicy: options.removalPolicy,
		autoDeleteObjects: !options.retain,
	});
	bucket.policy?.applyRemovalPolicy(options.removalPolicy);
	Validations.of(bucket).acknowledge({
		id: "AwsSolutions-S1",
		reason:
			"Only this installation's functions write here and only granted consumers read; CloudTrail data events serve those who must audit reads, without a second bucket that grows for ever.",
	});
	return bucket;
}

/** The CDK's own function that empties buckets, one in a stack, would leave a log group of its own behind. */
export function keepEmptierTraceless(
	stack: Stack,
	log: { retention: RetentionDays; encryptionKey?: IKey },
) {
	const emptier = stack.node.findChild(
		"Custom::S3AutoDeleteObjectsCustomResourceProvider",
	);
	const group = new LogGroup(stack, "EmptierLog", {
		...log,
		removalPolicy: RemovalPolicy.DESTROY,
	});
	const fn = emptier.node.findChild("Handler") as CfnResource;
	fn.addPropertyOverride("LoggingConfig", { LogGroup: group.logGroupName });
}

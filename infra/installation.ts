import type { RemovalPolicy } from "aws-cdk-lib";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";

/** What all providers of an installation share. */
export interface Installation {
	stage: string;
	retain: boolean;
	removalPolicy: RemovalPolicy;
	retentionDays: number;
	logRetention: RetentionDays;
	memorySize: Readonly<
		Record<"webhook" | "forward" | "poll" | "watch", number>
	>;
	/** with which log lines hash subjects */
	subjectKey: string;
	bucket: Bucket;
	code: (bundle: string) => Code;
}

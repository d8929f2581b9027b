import type { RemovalPolicy } from "aws-cdk-lib";
import type {
	ISecurityGroup,
	IVpc,
	SubnetSelection,
} from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";

export interface Network {
	vpc: IVpc;
	vpcSubnets?: SubnetSelection;
	securityGroups: readonly ISecurityGroup[];
}

/** What all providers of an installation share. */
export interface Installation {
	stage: string;
	retain: boolean;
	removalPolicy: RemovalPolicy;
	retentionDays: number;
	logRetention: RetentionDays;
	logSenders: boolean;
	memorySize: Readonly<
		Record<"webhook" | "forward" | "poll" | "watch", number>
	>;
	/** with which log lines hash subjects */
	subjectKey: string;
	/** what everything that is kept is encrypted with; AWS's own where there is none */
	encryptionKey?: IKey;
	/** where polls stand, if anywhere */
	pollNetwork?: Network;
	bucket: Bucket;
	code: (bundle: string) => Code;
}

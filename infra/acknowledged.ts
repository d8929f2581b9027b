import type { Acknowledgment } from "aws-cdk-lib";

/** What cdk-nag's PCI pack finds in an installation with a key and a VPC, each once, with the reason why it stays. */
export const acknowledged: readonly Acknowledgment[] = [
	{
		id: "PCI.DSS.321-IAMNoInlinePolicy",
		reason:
			"Each role is one function's or one schedule's own, and what it may do belongs to nobody else: a policy of its own could be attached to others.",
	},
	{
		id: "PCI.DSS.321-LambdaInsideVPC",
		reason:
			"Only polls call out, and they stand in the VPC. The other functions speak to AWS alone, each with a role that reaches its own resources: a VPC would add endpoints and take nothing away.",
	},
	{
		id: "PCI.DSS.321-S3BucketLoggingEnabled",
		reason:
			"CloudTrail's data events tell who read what, for those who must know; a second bucket would grow for ever.",
	},
	{
		id: "PCI.DSS.321-S3BucketReplicationEnabled",
		reason:
			"A body lies in the bucket where it is too large for the table, and neither table is replicated by default: whoever needs a second region sets both up.",
	},
	{
		id: "PCI.DSS.321-S3BucketVersioningEnabled",
		reason:
			"A key is the digest of its bytes, so an object is never overwritten with another: a version would be a copy of itself.",
	},
];

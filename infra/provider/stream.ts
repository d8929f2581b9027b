import { Duration } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import {
	EventSourceMapping,
	FilterCriteria,
	FilterRule,
	type Function as LambdaFunction,
	MetricType,
	StartingPosition,
} from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

/** The inbox's stream, events only, into the forward function; a replaced mapping would forward the last day again. */
export function openStream(
	scope: Construct,
	id: string,
	options: { inbox: TableV2; forward: LambdaFunction; bucket: Bucket },
): EventSourceMapping {
	return new EventSourceMapping(scope, id, {
		target: options.forward,
		eventSourceArn: options.inbox.tableStreamArn,
		startingPosition: StartingPosition.TRIM_HORIZON,
		filters: [
			FilterCriteria.filter({
				eventName: FilterRule.isEqual("INSERT"),
				dynamodb: { NewImage: { kind: { S: FilterRule.isEqual("event") } } },
			}),
		],
		batchSize: 500,
		maxBatchingWindow: Duration.seconds(0),
		parallelizationFactor: 1,
		reportBatchItemFailures: true,
		bisectBatchOnError: true,
		maxRecordAge: Duration.hours(22),
		// the CDK's own S3 destination would also grant reading and deleting
		onFailure: { bind: () => ({ destination: options.bucket.bucketArn }) },
		metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
	});
}

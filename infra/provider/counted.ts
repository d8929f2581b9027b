import { Duration } from "aws-cdk-lib";
import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";

export const namespace = "Billhook";

/** A number that the functions' own log lines carry. */
export function countedBy(
	by: { stage: string; provider?: string },
	metricName: string,
	options: MetricOptions = {},
): Metric {
	const dimensionsMap = {
		Stage: by.stage,
		...(by.provider && { Provider: by.provider }),
	};
	return new Metric({
		namespace,
		metricName,
		dimensionsMap,
		statistic: "Sum",
		period: Duration.minutes(5),
		...options,
	});
}

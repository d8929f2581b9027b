import { Duration } from "aws-cdk-lib";
import {
	Alarm,
	ComparisonOperator,
	type IMetric,
	MathExpression,
	Metric,
	TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { ProviderResources } from "../provider/resources.ts";
import type { Api } from "./api.ts";

const minutes = 60_000;
const hours = 3600;

type Ring = (id: string, rule: Rule) => void;

interface Rule {
	/** what is wrong and where to look first */
	says: string;
	metric: IMetric;
	/** rings when the metric is above it */
	above?: number;
	/** in so many periods one after another */
	periods?: number;
}

/** The alarms of one provider. */
export function raiseProviderAlarms(
	resources: ProviderResources,
	stage: string,
	topic: Topic,
) {
	const { name } = resources.provider;
	const alarms = new Construct(resources, "Alarms");
	const ring = ringer(alarms, topic);
	const counted = (metricName: string, period?: Duration) =>
		countedBy({ stage, provider: name }, metricName, period);

	ring("Unforwarded", {
		says: `An event of ${name} has waited over 15 minutes to be forwarded. Look at the forward function's log and at the queue's permissions.`,
		metric: resources.forward.metric("IteratorAge", { statistic: "Maximum" }),
		above: 15 * minutes,
	});
	ring("Quarantined", {
		says: `A genuine delivery of ${name} could not be read, or contradicts an earlier one. It is kept in the inbox, with the reason.`,
		metric: counted("Quarantined"),
	});
	ring("Failures", {
		says: `An event of ${name} could not be forwarded for good. It is in the bucket, below failures/${name}/ or aws/lambda/.`,
		metric: sum(
			counted("ForwardFailed"),
			ofStream(resources, "OnFailureDestinationDeliveredEventCount"),
			ofStream(resources, "DroppedEventCount"),
		),
	});
	ring("DeadLetters", {
		says: `A consumer of ${name}'s events gave one up five times. It is in the dead-letter queue.`,
		metric: resources.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
			statistic: "Maximum",
		}),
	});
	ring("OldestMessage", {
		says: `An event of ${name} has waited over an hour for a consumer. Messages are kept for 14 days.`,
		metric: resources.queue.metricApproximateAgeOfOldestMessage(),
		above: 1 * hours,
	});
	raiseFunctionAlarms(
		ring,
		[
			resources.webhook,
			resources.forward,
			...(resources.poll ? [resources.poll] : []),
		],
		name,
	);
	ring("Configuration", {
		says: `A setting of ${name} is wrong, or refused by its API. The log of its webhook or poll function names it; the stack's outputs name the secrets.`,
		metric: counted("Configuration"),
	});
	if (!resources.pollEveryMinutes) return;
	ring("BreakerOpened", {
		says: `${name}'s API failed so often that the poll leaves it alone for a while.`,
		metric: counted("BreakerOpened"),
	});
	ring("PollFailed", {
		says: `The poll of ${name} failed three times in a row. Its log says how the API answered.`,
		metric: counted("PollFailed", pollPeriod(resources.pollEveryMinutes)),
		periods: 3,
	});
	if (resources.provider.poll?.watches)
		ring("WatchExpired", {
			says: `A watch of ${name} reached its deadline and nothing had come, by webhook or by poll.`,
			metric: counted("WatchExpired"),
		});
}

/** The alarms of what all providers share. */
export function raiseSharedAlarms(
	scope: Construct,
	options: { stage: string; api: Api; topic: Topic; watch?: LambdaFunction },
) {
	const { stage, api, topic, watch } = options;
	const alarms = new Construct(scope, "Alarms");
	const ring = ringer(alarms, topic);
	const answered = (id: string, status: string) => {
		new MetricFilter(alarms, `${id}Filter`, {
			logGroup: api.accessLog,
			filterPattern: FilterPattern.stringValue("$.status", "=", status),
			metricNamespace: namespace,
			metricName: id,
			dimensions: { Stage: "$.Stage" },
		});
		return countedBy({ stage }, id);
	};
	ring("ServerErrors", {
		says: "A sender was answered 5xx. Senders that do not retry have lost a delivery until the poll finds it.",
		metric: api.stage.metricServerError(),
	});
	ring("Throttled", {
		says: "A sender was answered 429. Raise the account's API Gateway quota; senders that do not retry have lost a delivery.",
		metric: answered("Throttled", "429"),
	});
	ring("TooLarge", {
		says: "A sender was answered 413: a body was larger than can be taken on.",
		metric: answered("TooLarge", "413"),
	});
	if (watch) raiseFunctionAlarms(ring, [watch], "the watches");
}

function raiseFunctionAlarms(
	ring: Ring,
	functions: readonly LambdaFunction[],
	of: string,
) {
	ring("FunctionErrors", {
		says: `A function of ${of} crashed or ran out of time. Its log says why.`,
		metric: sum(...functions.map((fn) => fn.metricErrors())),
	});
	ring("FunctionThrottles", {
		says: `A function of ${of} could not start. Raise the account's Lambda concurrency; new accounts have 10.`,
		metric: sum(...functions.map((fn) => fn.metricThrottles())),
	});
}

function ringer(scope: Construct, topic: Topic): Ring {
	return (id: string, { says, metric, above = 0, periods = 1 }: Rule) => {
		const alarm = new Alarm(scope, id, {
			alarmDescription: says,
			metric,
			threshold: above,
			evaluationPeriods: periods,
			comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
			treatMissingData: TreatMissingData.NOT_BREACHING,
		});
		alarm.addAlarmAction(new SnsAction(topic));
	};
}

export const namespace = "Billhook";

/** A metric that the functions' own log lines carry. */
export function countedBy(
	by: { stage: string; provider?: string },
	metricName: string,
	period = Duration.minutes(5),
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
		period,
	});
}

function ofStream(resources: ProviderResources, metricName: string): Metric {
	return new Metric({
		namespace: "AWS/Lambda",
		metricName,
		dimensionsMap: {
			EventSourceMappingUUID: resources.stream.eventSourceMappingId,
		},
		statistic: "Sum",
	});
}

function sum(...metrics: readonly Metric[]): IMetric {
	const [only, ...others] = metrics;
	if (only && others.length === 0) return only;
	const using = Object.fromEntries(
		metrics.map((metric, index) => [`m${index}`, metric]),
	);
	// a metric without data would otherwise make the whole sum missing
	const expression = Object.keys(using)
		.map((id) => `FILL(${id},0)`)
		.join("+");
	return new MathExpression({ expression, usingMetrics: using, label: "sum" });
}

// at least one run in each period, and three periods within the day that an alarm can look back
function pollPeriod(everyMinutes: number): Duration {
	return Duration.minutes(Math.min(Math.max(everyMinutes, 5), 480));
}

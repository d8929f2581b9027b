import { App } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import { usualProviders } from "../../functions/providers.ts";
import { BillhookStack } from "../../infra/stack.ts";
import { configFor } from "../support/installation.ts";
import {
	nameOf,
	ofType,
	propertiesOf,
	say,
	templateOf,
} from "../support/template.ts";

const prod = templateOf(new BillhookStack(new App(), configFor()));
const names = usualProviders.map(({ name }) => name);
const properties = (name: string) => propertiesOf(prod, name);

describe("an alarm", () => {
	const alarms = ofType(prod, "AWS::CloudWatch::Alarm").map(
		([id, { Properties }]) => ({ id: nameOf(id), ...Properties }),
	);

	test("watches each promise of each provider", () => {
		const expected = usualProviders.flatMap(({ name, poll }) =>
			[
				"Configuration",
				"DeadLetters",
				"Failures",
				"FunctionErrors",
				"FunctionThrottles",
				"OldestMessage",
				"Quarantined",
				"Unforwarded",
				...(poll ? ["BreakerOpened", "PollFailed"] : []),
				...(poll?.watches ? ["WatchExpired"] : []),
			].map((alarm) => `${name}Alarms${alarm}`),
		);
		const shared = [
			"ServerErrors",
			"Throttled",
			"TooLarge",
			"FunctionErrors",
			"FunctionThrottles",
		].map((alarm) => `Alarms${alarm}`);
		expect(alarms.map(({ id }) => id).sort()).toEqual(
			[...expected, ...shared].sort(),
		);
	});

	test("rings on the topic, says what to do, and is silent while nothing happens", () => {
		for (const alarm of alarms) {
			expect(alarm.AlarmActions.map(say)).toEqual(["AlarmTopic"]);
			expect(alarm.AlarmDescription.length).toBeGreaterThan(40);
			expect(alarm.TreatMissingData).toBe("notBreaching");
			expect(alarm.ComparisonOperator).toBe("GreaterThanThreshold");
		}
	});

	test.each(names)(
		"of %s rings for an event unforwarded for 15 minutes",
		(name) => {
			expect(
				alarms.find(({ id }) => id === `${name}AlarmsUnforwarded`),
			).toMatchObject({
				MetricName: "IteratorAge",
				Statistic: "Maximum",
				Threshold: 15 * 60 * 1000,
				EvaluationPeriods: 1,
			});
		},
	);

	test.each(names)(
		"of %s rings for what forwarding gave up on, whoever gave up",
		(name) => {
			const alarm = alarms.find(({ id }) => id === `${name}AlarmsFailures`);
			const metrics = alarm.Metrics.flatMap(
				({
					MetricStat,
				}: {
					MetricStat?: { Metric: { MetricName: string } };
				}) => (MetricStat ? [MetricStat.Metric.MetricName] : []),
			);
			expect(metrics.sort()).toEqual([
				"DroppedEventCount",
				"ForwardFailed",
				"OnFailureDestinationDeliveredEventCount",
			]);
		},
	);

	test("counts 429 and 413 from the access log, by stage", () => {
		const filters = ofType(prod, "AWS::Logs::MetricFilter").map(
			([, { Properties }]) => [
				Properties.FilterPattern,
				Properties.MetricTransformations[0].MetricName,
				Properties.MetricTransformations[0].Dimensions,
			],
		);
		const stage = [{ Key: "Stage", Value: "$.Stage" }];
		expect(filters).toEqual([
			['{ $.status = "429" }', "Throttled", stage],
			['{ $.status = "413" }', "TooLarge", stage],
		]);
	});

	test("may be published by CloudWatch of this account, under TLS", () => {
		const { Statement } = properties("AlarmTopicPolicy").PolicyDocument;
		expect(Statement).toContainEqual(
			expect.objectContaining({
				Effect: "Allow",
				Action: "sns:Publish",
				Principal: { Service: "cloudwatch.amazonaws.com" },
				Condition: {
					StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
				},
			}),
		);
	});
});

import { Duration, Stack } from "aws-cdk-lib";
import { PolicyDocument, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { Construct } from "constructs";
import { allow } from "../function.ts";

export interface ScheduleOptions {
	target: LambdaFunction;
	description: string;
	everyMinutes: number;
	/** spreads the start over so many minutes; 0 starts on time */
	windowMinutes: number;
}

/** Starts a function at a steady rate, without retries: the next run is the retry. */
export function openSchedule(
	scope: Construct,
	id: string,
	options: ScheduleOptions,
): CfnSchedule {
	const { target, everyMinutes, windowMinutes } = options;
	const role = new Role(scope, `${id}Role`, {
		assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
			conditions: {
				StringEquals: { "aws:SourceAccount": Stack.of(scope).account },
			},
		}),
		inlinePolicies: {
			may: new PolicyDocument({
				statements: [allow(["lambda:InvokeFunction"], target.functionArn)],
			}),
		},
	});
	target.configureAsyncInvoke({
		retryAttempts: 0,
		maxEventAge: Duration.minutes(1),
	});
	return new CfnSchedule(scope, id, {
		description: options.description,
		scheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? "minute" : "minutes"})`,
		flexibleTimeWindow:
			windowMinutes === 0
				? { mode: "OFF" }
				: { mode: "FLEXIBLE", maximumWindowInMinutes: windowMinutes },
		target: {
			arn: target.functionArn,
			roleArn: role.roleArn,
			input: "{}",
			retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
		},
	});
}

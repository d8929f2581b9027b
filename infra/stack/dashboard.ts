import { Duration } from "aws-cdk-lib";
import {
	Dashboard,
	GraphWidget,
	type IMetric,
	MathExpression,
	TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { ProviderResources } from "../provider/resources.ts";
import { countedBy } from "./alarms.ts";
import type { Api } from "./api.ts";

const height = 6;

/** One row for each provider: what came in, what went out, what waits, what the poll found. */
export function openDashboard(
	scope: Construct,
	id: string,
	options: { stage: string; api: Api; providers: readonly ProviderResources[] },
): Dashboard {
	const { stage, api, providers } = options;
	const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
		new GraphWidget({ title, left, right, width: 6, height });
	const dashboard = new Dashboard(scope, id, {
		defaultInterval: Duration.days(1),
	});
	dashboard.addWidgets(
		new GraphWidget({
			title: "All requests",
			left: [
				api.stage.metricCount({ statistic: "Sum" }),
				api.stage.metricClientError(),
				api.stage.metricServerError(),
			],
			right: [api.stage.metricLatency({ statistic: "p99" })],
			width: 24,
			height,
		}),
	);
	for (const resources of providers) {
		const { name } = resources.provider;
		const counted = (...names: string[]) =>
			names.map((metricName) =>
				countedBy({ stage, provider: name }, metricName),
			);
		dashboard.addWidgets(
			new TextWidget({ markdown: `## ${name}`, width: 24, height: 1 }),
		);
		dashboard.addWidgets(
			graph(
				"In: webhooks",
				counted(
					"Recorded",
					"Duplicate",
					"Quarantined",
					"Returned",
					"Refused",
					"Unavailable",
				),
				[resources.webhook.metricDuration({ statistic: "p99" })],
			),
			graph("Out: events", counted("Forwarded", "ForwardFailed"), [
				resources.forward.metric("IteratorAge", { statistic: "Maximum" }),
			]),
			graph(
				"Waiting",
				[
					resources.queue.metricApproximateNumberOfMessagesVisible(),
					resources.deadLetterQueue.metricApproximateNumberOfMessagesVisible(),
				],
				[resources.queue.metricApproximateAgeOfOldestMessage()],
			),
			...(resources.poll
				? [
						graph(
							"Poll",
							counted(
								"Polled",
								"Recovered",
								"Known",
								"PollFailed",
								"WatchExpired",
							),
							[shareLost(stage, name)],
						),
					]
				: []),
		);
	}
	return dashboard;
}

/** Of all events, the share that no webhook had brought. */
function shareLost(stage: string, provider: string): MathExpression {
	return new MathExpression({
		label: "lost by webhooks, %",
		expression:
			"100 * FILL(recovered,0) / (FILL(recovered,0) + FILL(recorded,0))",
		usingMetrics: {
			recovered: countedBy({ stage, provider }, "Recovered", Duration.days(1)),
			recorded: countedBy({ stage, provider }, "Recorded", Duration.days(1)),
		},
		period: Duration.days(1),
	});
}

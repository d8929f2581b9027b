import { Duration, Stack } from "aws-cdk-lib";
import {
	type Alarm,
	AlarmStatusWidget,
	Dashboard,
	GraphWidget,
	type IMetric,
	TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { countedBy } from "../provider/counted.ts";
import type { ProviderResources } from "../provider/resources.ts";
import type { Api } from "./api.ts";
import { calculate, recoveredOf } from "./metrics.ts";

const width = 6;
const height = 6;
const whole = 24;

export interface DashboardOptions {
	stage: string;
	api: Api;
	providers: readonly ProviderResources[];
	alarms: readonly Alarm[];
}

/** From top to bottom: is everything arriving, is everything leaving, who is losing webhooks. */
export function openDashboard(
	scope: Construct,
	id: string,
	{ stage, api, providers, alarms }: DashboardOptions,
): Dashboard {
	const dashboard = new Dashboard(scope, id, {
		dashboardName: `billhook-${stage}`,
		defaultInterval: Duration.days(1),
	});
	dashboard.addWidgets(
		new AlarmStatusWidget({
			title: "Alarms",
			alarms: [...alarms],
			width: whole,
			height: 2 + Math.ceil(alarms.length / 4),
		}),
	);
	const each = (draw: (resources: ProviderResources) => GraphWidget[]) =>
		dashboard.addWidgets(...providers.flatMap(draw));
	const heading = (markdown: string) =>
		dashboard.addWidgets(
			new TextWidget({ markdown: `## ${markdown}`, width: whole, height: 1 }),
		);
	heading("Is everything arriving?");
	dashboard.addWidgets(requests(stage, api));
	each((resources) => [arriving(resources, stage)]);
	heading("Is everything leaving?");
	each((resources) => [leaving(resources, stage)]);
	each((resources) => [waiting(resources)]);
	heading("Who is losing webhooks?");
	dashboard.addWidgets(shares(stage, providers));
	each((resources) => polling(resources, stage));
	return dashboard;
}

/** Where a person finds it. */
export function dashboardUrl(scope: Construct, dashboard: Dashboard): string {
	const { region, partition } = Stack.of(scope);
	const console =
		partition === "aws-cn"
			? "console.amazonaws.cn"
			: `${region}.console.aws.amazon.com`;
	return `https://${console}/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
}

function graph(
	title: string,
	left: readonly IMetric[],
	right: readonly IMetric[] = [],
): GraphWidget {
	return new GraphWidget({
		title,
		left: [...left],
		right: [...right],
		width,
		height,
	});
}

function requests(stage: string, { stage: api }: Api): GraphWidget {
	return new GraphWidget({
		title: "All requests",
		left: [
			api.metricCount({ statistic: "Sum" }),
			api.metricClientError({ statistic: "Sum" }),
			api.metricServerError({ statistic: "Sum" }),
			countedBy({ stage }, "Throttled"),
			countedBy({ stage }, "TooLarge"),
		],
		right: [api.metricLatency({ statistic: "p99" })],
		width: whole,
		height,
	});
}

function countedOf({ provider }: ProviderResources, stage: string) {
	return (...names: string[]) =>
		names.map((name) => countedBy({ stage, provider: provider.name }, name));
}

function arriving(resources: ProviderResources, stage: string): GraphWidget {
	const { provider, webhook } = resources;
	const counted = countedOf(resources, stage);
	return graph(
		`${provider.name}: deliveries`,
		[
			...counted(
				"Delivered",
				"Duplicate",
				"Watching",
				"Quarantined",
				"Returned",
				"Refused",
				"Unavailable",
			),
			webhook.metricThrottles(),
		],
		[webhook.metricDuration({ statistic: "p99" })],
	);
}

function leaving(resources: ProviderResources, stage: string): GraphWidget {
	const { provider, forward } = resources;
	return graph(
		`${provider.name}: events`,
		[
			...countedOf(resources, stage)("Recorded", "Forwarded", "ForwardFailed"),
			forward.metricThrottles(),
		],
		[forward.metric("IteratorAge", { statistic: "Maximum" })],
	);
}

function waiting({
	provider,
	queue,
	deadLetterQueue,
}: ProviderResources): GraphWidget {
	return graph(
		`${provider.name}: waiting for consumers`,
		[
			queue.metricApproximateNumberOfMessagesVisible(),
			deadLetterQueue.metricApproximateNumberOfMessagesVisible(),
		],
		[queue.metricApproximateAgeOfOldestMessage()],
	);
}

/** Of each provider's events the share that only its poll brought. */
function shares(
	stage: string,
	providers: readonly ProviderResources[],
): GraphWidget {
	return new GraphWidget({
		title: "Brought by the poll alone, % of a day's events",
		left: providers
			.filter(({ poll }) => poll)
			.map(({ provider }, nth) => {
				const { recovered, metrics } = recoveredOf(provider, stage, nth);
				return calculate(`100 * ${recovered} / recorded${nth}`, metrics, {
					label: provider.name,
					period: Duration.days(1),
				});
			}),
		width: whole,
		height,
	});
}

function polling(resources: ProviderResources, stage: string): GraphWidget[] {
	const { provider, poll } = resources;
	if (!poll) return [];
	const counted = countedOf(resources, stage);
	const own = counted(
		"PollRan",
		"Recovered",
		"Known",
		"PollFailed",
		"BreakerOpened",
		"WatchExpired",
	);
	return [graph(`${provider.name}: poll`, [...own, poll.metricThrottles()])];
}

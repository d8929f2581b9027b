import { Duration } from "aws-cdk-lib";
import type { Alarm, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Throttle } from "../props.ts";
import { countedBy, namespace } from "../provider/counted.ts";
import type { ProviderResources } from "../provider/resources.ts";
import { type Ring, ringer } from "./alarm.ts";
import type { Api } from "./api.ts";
import { calculate, recoveredOf } from "./metrics.ts";

export interface SharedAlarmsOptions {
	stage: string;
	topic: ITopic;
	api: Api;
	throttle: Throttle;
	providers: readonly ProviderResources[];
	watch?: LambdaFunction;
}

/** The alarms of what all providers share. */
export function raiseSharedAlarms(
	within: Construct,
	options: SharedAlarmsOptions,
): Alarm[] {
	const { stage, topic } = options;
	const scope = new Construct(within, "Alarms");
	const ring = ringer(scope, { stage, topic });
	return [
		...webhooksLost(options, ring),
		nearThrottle(options, ring),
		turnedAway(scope, options, ring),
		serverErrors(options, ring),
	];
}

const metricsOfOne = 10;
const fewestEvents = 10;

/** Of a day's events those that only a poll brought; one alarm adds up as many providers as an alarm may look at. */
function webhooksLost(
	{ stage, providers }: SharedAlarmsOptions,
	ring: Ring,
): Alarm[] {
	const groups: ProviderResources[][] = [];
	let room = 0;
	for (const resources of providers) {
		if (!resources.poll) continue;
		const needs = resources.provider.poll?.watches ? 3 : 2;
		if (room < needs) {
			groups.push([]);
			room = metricsOfOne;
		}
		groups.at(-1)?.push(resources);
		room -= needs;
	}
	return groups.map((group, index) => {
		const names = group.map(({ provider }) => provider.name);
		const metrics: Record<string, Metric> = {};
		const lost = group.map(({ provider }, nth) => {
			const { recovered, metrics: own } = recoveredOf(provider, stage, nth);
			Object.assign(metrics, own);
			return `IF(recorded${nth} >= ${fewestEvents} AND ${recovered} * 10 > recorded${nth}, 1, 0)`;
		});
		const number = index === 0 ? "" : String(index + 1);
		return ring(`WebhooksLost${number}`, {
			what: `webhooks are lost (${names.join(", ")})`,
			says: [
				`Of at least ${fewestEvents} events of a provider in the last 24 hours, more than a tenth came by its poll alone. Nothing is missing, but what comes and goes between two polls would be.`,
				`The dashboard shows whose. npx billhook events --via poll --stage ${stage} lists them, deliveries --outcome refused what was refused, and check whether the URL is still registered.`,
			].join("\n"),
			metric: calculate(lost.join(" + "), metrics, {
				label: "webhooks lost",
				period: Duration.days(1),
			}),
		});
	});
}

function nearThrottle(
	{ api, throttle: { rateLimit, burstLimit } }: SharedAlarmsOptions,
	ring: Ring,
): Alarm {
	return ring("NearThrottle", {
		what: "requests come near the throttle",
		says: [
			`In a minute more than half of the requests came that the API lets through: ${rateLimit} a second, ${burstLimit} at once. What is above is answered 429, and a sender that does not retry loses it.`,
			"Raise the option throttle, which bites first; behind it is the account's own limit for API Gateway, a quota of the region (10,000 a second, in some 2,500). A flood of one provider is held off by that provider's option throttle.",
		].join("\n"),
		metric: calculate(
			`IF(requests > ${rateLimit * 30}, 1, 0)`,
			{ requests: api.stage.metricCount({ statistic: "Sum" }) },
			{ label: "near the throttle", period: Duration.minutes(1) },
		),
	});
}

function turnedAway(
	scope: Construct,
	{ stage, api, throttle }: SharedAlarmsOptions,
	ring: Ring,
): Alarm {
	const answered = (metricName: string, status: string) => {
		new MetricFilter(scope, `${metricName}Filter`, {
			logGroup: api.accessLog,
			filterPattern: FilterPattern.stringValue("$.status", "=", status),
			metricNamespace: namespace,
			metricName,
			dimensions: { Stage: "$.Stage" },
		});
		return countedBy({ stage }, metricName);
	};
	return ring("TurnedAway", {
		what: "requests are turned away",
		says: [
			`A sender was answered 429 or 413. 429: more came than the option throttle lets through (${throttle.rateLimit} a second, ${throttle.burstLimit} at once, or a provider's own), or than the account's quota for API Gateway. 413: a body above 4 MiB, which no option raises, or above the gateway's 10 MB.`,
			`npx billhook deliveries --outcome refused --stage ${stage} lists what the functions refused; the rest is in the API's access log. AWS may write no line there in a flood or for the largest bodies, so that there can be more than this knows of.`,
		].join("\n"),
		metric: calculate(
			"IF(throttled + large > 0, 1, 0)",
			{
				throttled: answered("Throttled", "429"),
				large: answered("TooLarge", "413"),
			},
			{ label: "turned away" },
		),
	});
}

function serverErrors(
	{ stage, api, watch }: SharedAlarmsOptions,
	ring: Ring,
): Alarm {
	return ring("ServerErrors", {
		what: "senders are answered 5xx",
		says: [
			"A sender was asked to come again, or a function crashed. A sender that does not retry has lost a delivery until the poll finds it.",
			`npx billhook deliveries --outcome unavailable --stage ${stage} says why: mostly settings that cannot be read, which check names. Where no delivery is listed, the function could not start: raise the account's Lambda concurrency; new accounts have 10.`,
		].join("\n"),
		metric: calculate(
			`IF(faults${watch ? " + errors + throttles" : ""} > 0, 1, 0)`,
			{
				faults: api.stage.metricServerError({ statistic: "Sum" }),
				...(watch && {
					errors: watch.metricErrors(),
					throttles: watch.metricThrottles(),
				}),
			},
			{ label: "answered 5xx" },
		),
	});
}

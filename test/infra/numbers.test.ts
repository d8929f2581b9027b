import { App, Duration, Stack } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { expect, test } from "vitest";
import { providers } from "../../functions/providers.ts";
import { Billhook } from "../../infra/billhook.ts";
import { ProviderResources } from "../../infra/provider/resources.ts";
import { ofType, templateOf } from "../support/template.ts";

const watched = providers.find(({ poll }) => poll?.watches)?.name ?? "";
const stack = new Stack(new App(), "Theirs");
const billhook = new Billhook(stack, "Billhook", {
	stage: "trial",
	providers: { [watched]: {} },
});
const resources = billhook.provider(watched);

/** Every `metric…()` of a provider, by the number it names. */
const methods = Object.getOwnPropertyNames(ProviderResources.prototype)
	.filter((name) => name.startsWith("metric"))
	.map((name) => ({ name: name.slice("metric".length), metric: call(name) }));

function call(name: string): Metric {
	const method: unknown = Reflect.get(resources, name);
	if (typeof method !== "function") throw new Error(`${name} is no method`);
	const metric: unknown = method.call(resources, {
		period: Duration.hours(1),
	});
	if (metric instanceof Metric) return metric;
	throw new Error(`${name} gives no metric`);
}

test("a metric is its provider's number of its stage, over the time that is asked for", () => {
	expect(methods.length).toBeGreaterThan(10);
	for (const { name, metric } of methods) {
		expect(metric.metricName).toBe(name);
		expect(metric.toMetricConfig().metricStat).toMatchObject({
			namespace: "Billhook",
			dimensions: expect.arrayContaining([
				{ name: "Stage", value: "trial" },
				{ name: "Provider", value: watched },
			]),
			period: Duration.hours(1),
		});
	}
});

test("every number of a provider that alarms and dashboard show has a metric", () => {
	const template = templateOf(stack);
	const shown = JSON.stringify([
		ofType(template, "AWS::CloudWatch::Alarm"),
		ofType(template, "AWS::CloudWatch::Dashboard"),
	]).replaceAll("\\", "");
	const inDashboard = [
		...shown.matchAll(/"Billhook","(\w+)","(?:Provider|Stage)"/g),
	].map(([, name]) => name);
	const inAlarms = [
		...shown.matchAll(/"MetricName":"(\w+)","Namespace":"Billhook"/g),
	].map(([, name]) => name);
	// what the gateway answers by itself is nobody's in particular
	const ofAll = ["Throttled", "TooLarge"];
	const numbers = new Set(
		[...inDashboard, ...inAlarms].filter((name) => !ofAll.includes(name ?? "")),
	);
	expect(numbers.size).toBeGreaterThan(8);
	expect(methods.map(({ name }) => name)).toEqual(
		expect.arrayContaining([...numbers]),
	);
});

import { Duration } from "aws-cdk-lib";
import { MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { countedBy } from "../provider/counted.ts";
import type { ProviderResources } from "../provider/resources.ts";

const usualPeriod = Duration.minutes(5);

/** What Lambda says of the mapping between an inbox's stream and its forward function. */
export function ofStream(
	{ stream }: ProviderResources,
	metricName: string,
): Metric {
	return new Metric({
		namespace: "AWS/Lambda",
		metricName,
		dimensionsMap: { EventSourceMappingUUID: stream.eventSourceMappingId },
		statistic: "Sum",
	});
}

/** An expression over metrics, in each of which a period without data is a zero. */
export function calculate(
	expression: string,
	metrics: Readonly<Record<string, Metric>>,
	{ label, period = usualPeriod }: { label: string; period?: Duration },
): MathExpression {
	const filled = expression.replaceAll(/(?<!FILL\()\b[a-z]\w*\b/g, (name) =>
		Object.hasOwn(metrics, name) ? `FILL(${name}, 0)` : name,
	);
	return new MathExpression({
		expression: filled,
		usingMetrics: { ...metrics },
		label,
		period,
	});
}

/** How many of a provider's events only its poll brought, as an expression over metrics whose names end in `nth`. */
export function recoveredOf(
	{ name: provider, poll }: ProviderResources["provider"],
	stage: string,
	nth: number,
): { recovered: string; metrics: Record<string, Metric> } {
	const by = { stage, provider };
	const metrics = {
		[`recorded${nth}`]: countedBy(by, "Recorded"),
		[`recovered${nth}`]: countedBy(by, "Recovered"),
	};
	if (!poll?.watches) return { recovered: `recovered${nth}`, metrics };
	// what a delivery asked to be polled for, no webhook was to bring
	metrics[`watching${nth}`] = countedBy(by, "Watching");
	return { recovered: `(recovered${nth} - watching${nth})`, metrics };
}

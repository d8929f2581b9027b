import { Annotations, Duration } from "aws-cdk-lib";
import { type HttpApi, HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import {
	Alias,
	type EventSourceMapping,
	type IFunction,
	Function as LambdaFunction,
} from "aws-cdk-lib/aws-lambda";
import { ConfigurationError } from "./configuration-error.ts";
import type { ProviderResources } from "./provider/resources.ts";

// for so long a message is nobody else's; SQS wants six times a consumer's timeout, for batches that are tried again
const visibility = Duration.minutes(6);
const comfortable = Duration.minutes(1);

/** Writes the mapping that a FIFO queue allows: by tens, at once, each failure for itself. */
export function mapQueue(
	{ provider, queue }: ProviderResources,
	fn: IFunction,
): EventSourceMapping {
	const timeout = timeoutOf(fn)?.toSeconds() ?? 0;
	if (timeout > visibility.toSeconds())
		throw new ConfigurationError({
			id: "billhook:consumer-timeout",
			says: `${fn.node.path} may run for ${timeout} seconds, but after ${visibility.toSeconds()} another may be given the same event of ${provider.name}. Give it a shorter timeout.`,
		});
	if (timeout > comfortable.toSeconds())
		Annotations.of(fn).addWarningV2(
			"billhook:slow-consumer",
			`It may run for ${timeout} seconds, and an event of ${provider.name} is given to another after ${visibility.toSeconds()}: AWS advises a sixth of that, so that a batch that is throttled can be tried again in time.`,
		);
	// no filter: what one refuses, Lambda deletes from the queue
	return fn.addEventSourceMapping(`Billhook-${provider.name}`, {
		eventSourceArn: queue.queueArn,
		batchSize: 10,
		reportBatchItemFailures: true,
	});
}

/** As far as it can be known: of a function that is imported it cannot. */
function timeoutOf(fn: IFunction): Duration | undefined {
	const own = fn instanceof Alias ? fn.lambda : fn;
	if (!(own instanceof LambdaFunction)) return undefined;
	return own.timeout ?? Duration.seconds(3);
}

/** To call `/watches` for one provider, in whatever way. */
export function grantWatches(
	api: HttpApi,
	{ provider: { name, poll } }: ProviderResources,
	grantee: IGrantable,
): Grant {
	if (!poll?.watches)
		throw new ConfigurationError({
			id: "billhook:no-watches",
			says: `${name} is not polled by what one watches: there is nothing to grant.`,
		});
	return Grant.addToPrincipal({
		grantee,
		actions: ["execute-api:Invoke"],
		resourceArns: [
			api.arnForExecuteApi(HttpMethod.ANY, `/watches/${name}`, "$default"),
		],
	});
}

import { fileURLToPath } from "node:url";
import { Duration } from "aws-cdk-lib";
import { AttributeType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Architecture, Runtime } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import type { Billhook } from "billhook";
import { Construct } from "constructs";

/** A function on a provider's queue, and the table in which it notes what it has taken. */
export class Consumer extends Construct {
	constructor(
		scope: Construct,
		id: string,
		{ billhook, provider }: { billhook: Billhook; provider: string },
	) {
		super(scope, id);
		const taken = new TableV2(this, "Taken", {
			partitionKey: { name: "id", type: AttributeType.STRING },
			timeToLiveAttribute: "expiration",
		});
		const consumer = new NodejsFunction(this, "Function", {
			entry: fileURLToPath(new URL("handler.ts", import.meta.url)),
			runtime: Runtime.NODEJS_24_X,
			architecture: Architecture.ARM_64,
			// a sixth of the queue's visibility timeout
			timeout: Duration.minutes(1),
			environment: { IDEMPOTENCY_TABLE: taken.tableName },
		});
		taken.grantReadWriteData(consumer);
		billhook.grantConsume(provider, consumer);
		consumer.addEventSource(
			new SqsEventSource(billhook.queue(provider), {
				reportBatchItemFailures: true,
			}),
		);
	}
}

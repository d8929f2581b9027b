import { createHash } from "node:crypto";
import { IdempotencyConfig } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { makeHandlerIdempotent } from "@aws-lambda-powertools/idempotency/middleware";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { ApiGatewayV2Envelope } from "@aws-lambda-powertools/parser/envelopes/api-gatewayv2";
import { JSONStringified } from "@aws-lambda-powertools/parser/helpers";
import { parser } from "@aws-lambda-powertools/parser/middleware";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";

// what a good team builds in a day: a webhook, taken on once, put on a queue

const logger = new Logger();
const metrics = new Metrics();
const queue = new SQSClient({});
const QueueUrl = process.env.QUEUE_URL;
const persistenceStore = new DynamoDBPersistenceLayer({
	tableName: process.env.IDEMPOTENCY_TABLE ?? "",
});
const config = new IdempotencyConfig({ expiresAfterSeconds: 35 * 86_400 });

const Extraction = z.looseObject({
	entity_id: z.string().min(1),
	statement_id: z.string().nullable(),
	link_id: z.string().nullable(),
	progress: z.enum(["completed", "failed"]),
	reason: z.string().nullable(),
});
const Session = z.looseObject({
	session_id: z.string().min(1),
	event_name: z.string(),
	message: z.string().nullish(),
	accounts: z.array(z.looseObject({ account_id: z.string().nullish() })),
});
const Push = z.union([Extraction, Session]);

const counted: MiddlewareObj<APIGatewayProxyEventV2> = {
	before() {
		metrics.addMetric("Received", MetricUnit.Count, 1);
	},
};

async function send(push: z.output<typeof Push>) {
	const subject = String(
		"entity_id" in push ? push.entity_id : push.session_id,
	);
	const MessageBody = JSON.stringify(push);
	await queue.send(
		new SendMessageCommand({
			QueueUrl,
			MessageBody,
			MessageGroupId: subject,
			MessageDeduplicationId: createHash("sha256")
				.update(MessageBody)
				.digest("hex"),
		}),
	);
	logger.info("taken on", { subject });
	return { statusCode: 200, body: JSON.stringify({ status: "success" }) };
}

/** Validates, remembers by the content, sends; whoever calls is let in by what comes first. */
export function takesOn(first?: MiddlewareObj<APIGatewayProxyEventV2>) {
	const handler = middy<APIGatewayProxyEventV2>()
		.use(injectLambdaContext(logger))
		.use(logMetrics(metrics))
		.use(counted);
	if (first) handler.use(first);
	return handler
		.use(
			parser({ schema: JSONStringified(Push), envelope: ApiGatewayV2Envelope }),
		)
		.use(makeHandlerIdempotent({ persistenceStore, config }))
		.handler(send);
}

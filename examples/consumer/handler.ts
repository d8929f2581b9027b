import {
	processPartialResponse,
	SqsFifoPartialProcessorAsync,
} from "@aws-lambda-powertools/batch";
import {
	IdempotencyConfig,
	makeIdempotent,
} from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { SQSHandler, SQSRecord } from "aws-lambda";
import { type BillhookEvent, parse, type UnknownEvent } from "billhook/events";

type Take = (event: BillhookEvent | UnknownEvent) => Promise<void>;

export const handler: SQSHandler = consume(async (event) => {
	switch (event.type) {
		case "finbox.extraction.completed":
			console.log("statement to fetch", event.data.statement_id);
			break;
		case "marosa.invoice.status_changed":
			console.log("invoice is now", event.data.externalStatus);
			break;
		case "unknown":
			// it waits in the dead-letter queue for an update of this function
			throw new Error(`billhook is too old here for ${event.unknownType}`);
		default:
			console.log("nothing to do for", event.type);
	}
});

/** Takes each event of a queue once; one that fails comes again, and only its own subject waits for it. */
export function consume(take: Take): SQSHandler {
	const config = new IdempotencyConfig({
		eventKeyJmesPath: "id",
		throwOnNoIdempotencyKey: true,
		// as long as the inbox can replay an event
		expiresAfterSeconds: 35 * 24 * 60 * 60,
	});
	const takeOnce = makeIdempotent(take, {
		persistenceStore: new DynamoDBPersistenceLayer({
			tableName: process.env.IDEMPOTENCY_TABLE ?? "",
		}),
		config,
	});
	const processor = new SqsFifoPartialProcessorAsync();
	const s3 = new S3Client();

	async function fetch(dataref: string): Promise<string> {
		const { hostname, pathname } = new URL(dataref);
		const object = await s3.send(
			new GetObjectCommand({ Bucket: hostname, Key: pathname.slice(1) }),
		);
		return object.Body?.transformToString() ?? "";
	}

	return async (event, context) => {
		config.registerLambdaContext(context);
		return processPartialResponse(
			event,
			async ({ body }: SQSRecord) => takeOnce(await parse(body, { fetch })),
			processor,
			{ context, skipGroupOnError: true },
		);
	};
}

import {
	processPartialResponse,
	SqsFifoPartialProcessorAsync,
} from "@aws-lambda-powertools/batch";
import {
	IdempotencyConfig,
	makeIdempotent,
} from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import {
	ConditionalCheckFailedException,
	DynamoDBClient,
	UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { SQSHandler, SQSRecord } from "aws-lambda";
import { type BillhookEvent, parse, type UnknownEvent } from "billhook/events";

type Event = BillhookEvent | UnknownEvent;

/** `isHistory`: a later state of the same subject and lane has been taken already. */
type Take = (event: Event, about: { isHistory: boolean }) => Promise<void>;

// as long as the inbox can replay an event
const rememberedSeconds = 400 * 24 * 60 * 60;

export const handler: SQSHandler = consume(async (event, { isHistory }) => {
	if (isHistory) return console.log("came late, and is history", event.id);
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
	const tableName = process.env.IDEMPOTENCY_TABLE ?? "";
	const dynamodb = new DynamoDBClient();
	const config = new IdempotencyConfig({
		eventKeyJmesPath: "id",
		throwOnNoIdempotencyKey: true,
		expiresAfterSeconds: rememberedSeconds,
	});

	async function takeInOrder(event: Event): Promise<void> {
		await take(event, { isHistory: await isHistory(event) });
	}
	const takeOnce = makeIdempotent(takeInOrder, {
		persistenceStore: new DynamoDBPersistenceLayer({ tableName }),
		config,
	});

	/** Notes the greatest sequence of a subject's lane; an equal one is this event, come again after a failure. */
	async function isHistory(event: Event): Promise<boolean> {
		const { source, partitionkey, lane, sequence } = event;
		if (!sequence) return false;
		const expiration = Math.floor(Date.now() / 1000) + rememberedSeconds;
		const note = new UpdateItemCommand({
			TableName: tableName,
			Key: { id: { S: `latest ${source} ${partitionkey} ${lane}` } },
			UpdateExpression: "SET #sequence = :sequence, expiration = :expiration",
			ConditionExpression:
				"attribute_not_exists(#sequence) OR #sequence <= :sequence",
			ExpressionAttributeNames: { "#sequence": "sequence" },
			ExpressionAttributeValues: {
				":sequence": { S: sequence },
				":expiration": { N: `${expiration}` },
			},
		});
		try {
			await dynamodb.send(note);
			return false;
		} catch (error) {
			if (error instanceof ConditionalCheckFailedException) return true;
			throw error;
		}
	}
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

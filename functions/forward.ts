import { setTimeout as delay } from "node:timers/promises";
import type {
	Context,
	DynamoDBBatchResponse,
	DynamoDBStreamEvent,
} from "aws-lambda";
import { writeLines } from "./aws/log.ts";
import { openFailures } from "./aws/payloads.ts";
import { openQueue } from "./aws/queue.ts";
import { openS3 } from "./aws/sdk/s3.ts";
import { linesOf } from "./log/line.ts";
import { sayEvent } from "./log/say.ts";
import { forward } from "./queue/forward.ts";
import { readEnvironment } from "./settings.ts";

/** kept back from the invocation's time, for the answer and the log */
const answerMs = 2000;
const shortestPauseMs = 50;
const longestPauseMs = 2000;

const environment = readEnvironment(
	"BILLHOOK_STAGE",
	"BILLHOOK_PROVIDER",
	"BILLHOOK_QUEUE",
	"BILLHOOK_BUCKET",
	"BILLHOOK_SUBJECT_KEY",
);
const stage = environment.BILLHOOK_STAGE;
const provider = environment.BILLHOOK_PROVIDER;
const subjectKey = environment.BILLHOOK_SUBJECT_KEY;
const queue = openQueue({ url: environment.BILLHOOK_QUEUE });
const failures = openFailures({
	bucket: environment.BILLHOOK_BUCKET,
	provider,
	s3: openS3(),
});

/** The function behind an inbox's stream; what it reports, and everything behind it, Lambda brings again. */
export async function handler(
	event: DynamoDBStreamEvent,
	context: Context,
): Promise<DynamoDBBatchResponse> {
	const now = new Date();
	const left = Math.trunc(context.getRemainingTimeInMillis()) - answerMs;
	const signal = AbortSignal.timeout(Math.max(0, left));
	const { sent, failed, held } = await forward(event.Records, {
		queue,
		failures,
		now,
		signal,
		pause: (attempt) => pause(attempt, signal),
	});
	const lines = linesOf({
		stage,
		provider,
		now,
		metrics: { Forwarded: sent.length, ForwardFailed: failed.length },
		said: {
			function: "forward",
			requestId: context.awsRequestId,
			ms: Date.now() - now.getTime(),
			...(sent.length > 0 && {
				events: sent.map((event) => sayEvent(event, subjectKey)),
			}),
			...(failed.length > 0 && { failures: failed }),
			...(held && { held: { id: held.id, reason: held.reason } }),
		},
	});
	writeLines(lines);
	return {
		batchItemFailures: held ? [{ itemIdentifier: held.sequenceNumber }] : [],
	};
}

/** Doubles with every attempt, spread by chance; ends early when the time is up. */
async function pause(attempt: number, signal: AbortSignal): Promise<void> {
	const limit = Math.min(longestPauseMs, shortestPauseMs * 2 ** attempt);
	await delay(Math.random() * limit, undefined, { signal }).catch(() => {});
}

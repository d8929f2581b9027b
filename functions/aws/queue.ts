import {
	SendMessageBatchCommand,
	SQSClient,
	SQSServiceException,
} from "@aws-sdk/client-sqs";
import type { Queue, Sending } from "../queue/forward.ts";
import type { Message } from "../queue/message.ts";

/** What SQS blames on the sender though it passes: too much at once, and what a person can put right. A key's faults pass, too, all of them. */
const passingCodes = new Set([
	"AccessDenied",
	"AccessDeniedException",
	"ExpiredToken",
	"ExpiredTokenException",
	"IncompleteSignature",
	"InternalError",
	"InternalFailure",
	"InvalidAddress",
	"InvalidClientTokenId",
	"InvalidSecurity",
	"InvalidSignatureException",
	"LimitExceededException",
	"MissingAuthenticationToken",
	"MissingAuthenticationTokenException",
	"NonExistentQueue",
	"NotAuthorized",
	"NotAuthorizedException",
	"OptInRequired",
	"OverLimit",
	"QueueDoesNotExist",
	"RequestAbortedException",
	"RequestExpired",
	"RequestInTheFuture",
	"RequestLimitExceeded",
	"RequestThrottled",
	"RequestThrottledException",
	"RequestTimeTooSkewed",
	"RequestTimeout",
	"RequestTimeoutException",
	"ServiceUnavailable",
	"SignatureDoesNotMatch",
	"SlowDown",
	"Throttling",
	"ThrottlingException",
	"TooManyRequestsException",
	"Unknown",
	"UnknownError",
	"UnrecognizedClientException",
]);

export interface QueueOptions {
	url: string;
	/** how long one request may take */
	requestMs?: number;
	/** absent, as the SDK's environment says */
	client?: SQSClient;
}

/** A FIFO queue that says of each message whether it was sent, refused for good, or failed in passing. */
export function openQueue({
	url,
	requestMs = 5000,
	client = openClient(),
}: QueueOptions): Queue {
	async function send(
		messages: readonly Message[],
		signal: AbortSignal,
	): Promise<readonly Sending[]> {
		const command = new SendMessageBatchCommand({
			QueueUrl: url,
			Entries: messages.map(toEntry),
		});
		const abortSignal = AbortSignal.any([
			signal,
			AbortSignal.timeout(requestMs),
		]);
		try {
			const { Successful = [], Failed = [] } = await client.send(command, {
				abortSignal,
			});
			const sent = new Set(Successful.map(({ Id }) => Id));
			return messages.map((_, index): Sending => {
				if (sent.has(String(index))) return { outcome: "sent" };
				const failed = Failed.find(({ Id }) => Id === String(index));
				if (!failed) return { outcome: "passing", reason: "unanswered" };
				const { Code = "unknown", Message, SenderFault = false } = failed;
				return judge(Code, Message, SenderFault);
			});
		} catch (error) {
			const answer = judgeRequest(error);
			if (answer.outcome === "passing" || messages.length === 1)
				return messages.map(() => answer);
			// one message may have spoilt the request for the others
			const alone = await Promise.all(
				messages.map((message) => send([message], signal)),
			);
			return alone.flat();
		}
	}

	return { send };
}

// one attempt: the caller repeats, and only what has not been sent
function openClient(): SQSClient {
	return new SQSClient({
		maxAttempts: 1,
		useQueueUrlAsEndpoint: false,
		requestHandler: { connectionTimeout: 2000 },
	});
}

function toEntry(message: Message, index: number) {
	const { group, deduplication, body, attributes } = message;
	return {
		Id: String(index),
		MessageGroupId: group,
		MessageDeduplicationId: deduplication,
		MessageBody: body,
		MessageAttributes: Object.fromEntries(
			Object.entries(attributes).map(([name, StringValue]) => [
				name,
				{ DataType: "String", StringValue },
			]),
		),
	};
}

/** A connection that broke, an answer that cannot be read and credentials that cannot be had all pass. */
function judgeRequest(error: unknown): Sending {
	if (!(error instanceof SQSServiceException)) {
		return { outcome: "passing", reason: nameOf(error) };
	}
	const status = error.$metadata.httpStatusCode ?? 0;
	const senderFault = status >= 400 && status < 500 && status !== 429;
	return judge(error.name, error.message, senderFault);
}

function nameOf(error: unknown): string {
	if (!(error instanceof Error)) return typeof error;
	return "code" in error ? String(error.code) : error.name;
}

function judge(
	reason: string,
	detail: string | undefined,
	senderFault: boolean,
): Sending {
	const code = reason.slice(reason.lastIndexOf(".") + 1);
	const passes = passingCodes.has(code) || /^kms/i.test(reason);
	return senderFault && !passes
		? { outcome: "refused", reason, detail }
		: { outcome: "passing", reason };
}

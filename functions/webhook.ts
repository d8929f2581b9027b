import type {
	APIGatewayProxyEventV2,
	APIGatewayProxyStructuredResultV2,
	Context,
} from "aws-lambda";
import { withPatience } from "./aws/dynamodb.ts";
import { openInbox } from "./aws/inbox.ts";
import { writeLines } from "./aws/log.ts";
import { openPayloads } from "./aws/payloads.ts";
import { openQuarantine } from "./aws/quarantine.ts";
import { openSettings } from "./aws/secrets.ts";
import { openDynamoDb } from "./aws/signed/dynamodb.ts";
import { openS3 } from "./aws/signed/s3.ts";
import { openSecretsManager } from "./aws/signed/secrets-manager.ts";
import { openWatchStarts } from "./aws/watches/watches.ts";
import { type Answer, isGenuine, sayAbout } from "./delivery/answer.ts";
import type { Delivery } from "./delivery/delivery.ts";
import { receive, unavailable } from "./delivery/receive.ts";
import { type Retried, type Retry, retry } from "./delivery/retry.ts";
import { DeadlineNear } from "./inbox/record.ts";
import { newTraceparent } from "./inbox/traceparent.ts";
import { linesOf } from "./log/line.ts";
import type { RetryLine, WebhookLine } from "./log/logged.ts";
import type { Provider } from "./provider.ts";
import { webhookSecret } from "./secret.ts";
import { readEnvironment } from "./settings.ts";

const deadlineMs = 8000;
const answerMs = 500;
const openingMs = 2000;

/** What a line says that is not the same for all of them. */
type Told = Omit<WebhookLine, Same> | Omit<RetryLine, Same>;
type Same =
	| "Stage"
	| "Provider"
	| "time"
	| "requestId"
	| "ms"
	| "part"
	| "settings";

/** The function behind a provider's URL: authenticates, reads, records, answers. A person invokes it with what is to be read again. */
export function webhookHandler(provider: Provider) {
	const environment = readEnvironment(
		"BILLHOOK_STAGE",
		"BILLHOOK_INBOX",
		"BILLHOOK_BUCKET",
		"BILLHOOK_SECRET",
		"BILLHOOK_SETTINGS_SECONDS",
		"BILLHOOK_RETENTION_DAYS",
		"BILLHOOK_SUBJECT_KEY",
		"BILLHOOK_LOG_SENDERS",
	);
	const { BILLHOOK_STAGE: stage } = environment;
	const subjectKey = environment.BILLHOOK_SUBJECT_KEY;
	const retentionDays = environment.BILLHOOK_RETENTION_DAYS;
	const bucket = environment.BILLHOOK_BUCKET;
	const now = () => new Date();
	const settings = openSettings({
		secret: environment.BILLHOOK_SECRET,
		shape: webhookSecret(provider),
		keptSeconds: environment.BILLHOOK_SETTINGS_SECONDS,
		getSecret: openSecretsManager(),
	});
	const dynamodb = openDynamoDb();
	const inbox = openInbox({ table: environment.BILLHOOK_INBOX, dynamodb });
	// asks for nothing: the connection is opened while init has a whole processor
	inbox.last("-", "-", openingMs).catch(() => {});
	const s3 = openS3();
	const payloads = openPayloads({ bucket, provider: provider.name, s3 });
	const kept = openQuarantine({
		table: environment.BILLHOOK_INBOX,
		bucket,
		dynamodb,
		s3,
	});
	let deadline = new Date();
	const rules = provider.poll?.watches;
	const watches =
		rules &&
		openWatchStarts({
			table: readEnvironment("BILLHOOK_WATCHES").BILLHOOK_WATCHES,
			rules,
			retentionDays,
			// a function has one delivery at a time
			dynamodb: withPatience(
				dynamodb,
				() => deadline.getTime() - now().getTime(),
			),
		});

	function openEndpoint(context: Context, startedAt: Date) {
		const leftMs = Math.min(
			deadlineMs,
			context.getRemainingTimeInMillis() - answerMs,
		);
		deadline = new Date(startedAt.getTime() + leftMs);
		const store = { inbox, payloads, now, deadline, retentionDays };
		return { leftMs, provider, settings, store, watches };
	}

	function say(
		metrics: Readonly<Record<string, number>>,
		said: Told,
		{ startedAt, context }: { startedAt: Date; context: Context },
	) {
		const wrong = settings.complaints();
		const lines = linesOf({
			stage,
			provider: provider.name,
			now: startedAt,
			metrics: { ...metrics, Configuration: wrong.length > 0 ? 1 : 0 },
			said: {
				requestId: context.awsRequestId,
				...said,
				ms: now().getTime() - startedAt.getTime(),
				...(wrong.length > 0 && { settings: [...wrong] }),
			},
		});
		writeLines(lines);
	}

	async function take(
		event: APIGatewayProxyEventV2,
		context: Context,
	): Promise<APIGatewayProxyStructuredResultV2> {
		const startedAt = now();
		const endpoint = openEndpoint(context, startedAt);
		const delivery = deliveryOf(event, startedAt);
		const answer = await beforeDeadline(
			receive(delivery, endpoint),
			endpoint.leftMs,
		);
		const { status, headers, body, outcome, metrics, about } = answer;
		const said: Told = {
			function: "webhook",
			traceparent: delivery.traceparent,
			outcome,
			status,
			method: delivery.method,
			...(environment.BILLHOOK_LOG_SENDERS === "yes" && senderOf(event)),
			bytes: delivery.bytes.length,
			...sayAbout(about, subjectKey),
		};
		const counts = { ...metrics, Delivered: isGenuine(answer) ? 1 : 0 };
		say(counts, said, { startedAt, context });
		return { statusCode: status, headers, body };
	}

	async function takeAgain(event: Retry, context: Context): Promise<Retried> {
		const startedAt = now();
		const endpoint = openEndpoint(context, startedAt);
		const retried = await retry(event, { ...endpoint, kept });
		const { metrics, about, ...answered } = retried;
		const { outcome, traceparent, error, at } = answered;
		const said: Told = {
			function: "retry",
			retried: String(event.retry).slice(0, 43),
			traceparent,
			outcome,
			error,
			at,
			...sayAbout(about, subjectKey),
		};
		say(metrics, said, { startedAt, context });
		return { ...answered, metrics };
	}

	function handler(
		event: APIGatewayProxyEventV2,
		context: Context,
	): Promise<APIGatewayProxyStructuredResultV2>;
	function handler(event: Retry, context: Context): Promise<Retried>;
	function handler(event: APIGatewayProxyEventV2 | Retry, context: Context) {
		return "retry" in event ? takeAgain(event, context) : take(event, context);
	}
	return handler;
}

/** What is still under way then may become durable after all; sent again, it is a duplicate. */
async function beforeDeadline(
	answer: Promise<Answer>,
	leftMs: number,
): Promise<Answer> {
	let timer: NodeJS.Timeout | undefined;
	const tooLate = new Promise<Answer>((resolve) => {
		timer = setTimeout(() => {
			const near = new DeadlineNear("No answer before the deadline.");
			resolve(unavailable(near));
		}, leftMs);
	});
	try {
		return await Promise.race([answer, tooLate]);
	} finally {
		clearTimeout(timer);
	}
}

function senderOf({ requestContext }: APIGatewayProxyEventV2) {
	const { sourceIp, userAgent = "" } = requestContext.http;
	// whatever a stranger likes to say of itself
	return { address: sourceIp, agent: userAgent.slice(0, 256) };
}

/** Of a name that came several times, the last. */
function readQuery({ rawQueryString = "" }: APIGatewayProxyEventV2) {
	return rawQueryString === ""
		? {}
		: Object.fromEntries(new URLSearchParams(rawQueryString));
}

function deliveryOf(event: APIGatewayProxyEventV2, receivedAt: Date): Delivery {
	const { token = "", ...path } = (event.pathParameters ?? {}) as Record<
		string,
		string
	>;
	const headers = Object.fromEntries(
		Object.entries(event.headers).map(([name, value]) => [
			name.toLowerCase(),
			value ?? "",
		]),
	);
	return {
		method: event.requestContext.http.method,
		token,
		path,
		query: readQuery(event),
		headers,
		bytes: Buffer.from(
			event.body ?? "",
			event.isBase64Encoded ? "base64" : "utf8",
		),
		receivedAt,
		traceparent: newTraceparent(),
	};
}

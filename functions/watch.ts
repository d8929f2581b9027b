import type {
	APIGatewayProxyEventV2,
	APIGatewayProxyStructuredResultV2,
	Context,
} from "aws-lambda";
import { withPatience } from "./aws/dynamodb.ts";
import { writeLines } from "./aws/log.ts";
import { openDynamoDb } from "./aws/sdk/dynamodb.ts";
import { UnknownPage } from "./aws/watches/due.ts";
import { type OpenWatches, openWatches } from "./aws/watches/watches.ts";
import { UnfitWatch } from "./inbox/watch-request.ts";
import { linesOf, sayError } from "./log/line.ts";
import { subjectHash } from "./log/subject-hash.ts";
import {
	type Reply,
	readRequest,
	reply,
	replyProblem,
	showWatch,
	UnfitRequest,
} from "./polling/watch-api.ts";
import type { Provider } from "./provider.ts";
import { readEnvironment } from "./settings.ts";

// an attempt may take two seconds more than is left
const answerMs = 3000;

interface Endpoint {
	watches: OpenWatches;
	kinds: readonly [string, ...string[]];
}

/** The function behind /watches/{provider}: starts, lists and stops watches. */
export function watchHandler(providers: readonly Provider[]) {
	const environment = readEnvironment(
		"BILLHOOK_STAGE",
		"BILLHOOK_WATCHES_BY_PROVIDER",
		"BILLHOOK_RETENTION_DAYS",
		"BILLHOOK_SUBJECT_KEY",
	);
	const { BILLHOOK_STAGE: stage } = environment;
	const subjectKey = environment.BILLHOOK_SUBJECT_KEY;
	const retentionDays = environment.BILLHOOK_RETENTION_DAYS;
	const tables = environment.BILLHOOK_WATCHES_BY_PROVIDER;
	const now = () => new Date();
	let deadline = new Date();
	// a function has one request at a time
	const dynamodb = withPatience(
		openDynamoDb(),
		() => deadline.getTime() - now().getTime(),
	);
	const endpoints = new Map(
		providers.flatMap((provider) => {
			const rules = provider.poll?.watches;
			const table = tables[provider.name];
			if (!rules || !table) return [];
			const watches = openWatches({ table, rules, retentionDays, dynamodb });
			return [[provider.name, { watches, kinds: rules.kinds }] as const];
		}),
	);

	return async (
		event: APIGatewayProxyEventV2,
		context: Context,
	): Promise<APIGatewayProxyStructuredResultV2> => {
		const startedAt = now();
		deadline = new Date(
			startedAt.getTime() + context.getRemainingTimeInMillis() - answerMs,
		);
		const { provider: name = "" } = event.pathParameters ?? {};
		const known = providers.some((provider) => provider.name === name);
		const { statusCode, headers, body, about } = await answer(
			event,
			endpoints.get(name),
			known,
		);
		const { subject, ...failed } = about ?? {};
		const lines = linesOf({
			stage,
			provider: known ? name : "unknown",
			now: startedAt,
			metrics: { Unavailable: statusCode === 503 ? 1 : 0 },
			said: {
				function: "watch",
				requestId: context.awsRequestId,
				method: event.requestContext.http.method,
				status: statusCode,
				ms: now().getTime() - startedAt.getTime(),
				...(subject && { subject: subjectHash(subject, subjectKey) }),
				...failed,
			},
		});
		writeLines(lines);
		return { statusCode, headers, body };
	};
}

async function answer(
	event: APIGatewayProxyEventV2,
	endpoint: Endpoint | undefined,
	known: boolean,
): Promise<Reply> {
	if (!known)
		return replyProblem(404, "Not Found", {
			detail: "There is no such provider.",
		});
	if (!endpoint)
		return replyProblem(404, "No watches", {
			detail:
				"This provider has no watches: what it sends is found without anybody naming it.",
		});
	try {
		return await act(event, endpoint);
	} catch (error) {
		if (error instanceof UnfitRequest)
			return replyProblem(error.status, error.title, { errors: error.errors });
		if (error instanceof UnfitWatch) return unfit(error.field, error.message);
		if (error instanceof UnknownPage) return unfit("next", error.message);
		return replyProblem(503, "Not done; please send it again", {
			about: sayError(error),
		});
	}
}

async function act(
	event: APIGatewayProxyEventV2,
	{ watches, kinds }: Endpoint,
): Promise<Reply> {
	const { method } = event.requestContext.http;
	const query = event.queryStringParameters ?? {};
	if (method === "GET") {
		const page = await watches.list(query.next);
		const { next } = page;
		return reply(200, { watches: page.watches.map(showWatch), next });
	}
	if (method === "POST") {
		const { known, watch } = await watches.start(readRequest(textOf(event)));
		const about = { subject: watch.subject };
		return { ...reply(known ? 200 : 201, showWatch(watch)), about };
	}
	if (method !== "DELETE")
		return replyProblem(405, "Method Not Allowed", {
			allow: "GET, POST, DELETE",
		});
	const { subject, kind = kinds[0] } = query;
	if (!subject)
		return unfit("subject", "is missing: DELETE …?subject=<the subject>");
	if (await watches.stop({ subject, kind }))
		return { ...reply(204), about: { subject } };
	return replyProblem(404, "Not Found", { detail: "There is no such watch." });
}

function unfit(field: string, detail: string): Reply {
	return replyProblem(422, "Not a watch", { errors: [{ field, detail }] });
}

function textOf({ body = "", isBase64Encoded }: APIGatewayProxyEventV2) {
	return Buffer.from(body, isBase64Encoded ? "base64" : "utf8").toString();
}

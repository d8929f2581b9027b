import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type {
	APIGatewayProxyEventV2,
	APIGatewayProxyStructuredResultV2,
} from "aws-lambda";

export interface Received {
	request: IncomingMessage;
	body: Buffer;
	/** decoded once, as the gateway does */
	path: string;
	routeKey: string;
	pathParameters: Record<string, string>;
	at: Date;
}

/** A request as an HTTP API hands it to a function, in payload format 2.0. */
export function toEvent(received: Received): APIGatewayProxyEventV2 {
	const { request, body, path, routeKey, pathParameters, at } = received;
	const { cookie, ...own } = headersOf(request);
	const sourceIp = request.socket.remoteAddress?.replace("::ffff:", "") ?? "";
	const host = own.host ?? "localhost";
	const [, query = ""] = split(request.url ?? "/", "?");
	const queryStringParameters = queryOf(query);
	const isBase64Encoded = body.length > 0 && !isText(own["content-type"]);
	return {
		version: "2.0",
		routeKey,
		rawPath: path,
		rawQueryString: query,
		...(cookie !== undefined && { cookies: cookie.split(/; */) }),
		headers: {
			...own,
			"x-amzn-trace-id": `Root=1-${Math.floor(at.getTime() / 1000).toString(16)}-${randomUUID().replaceAll("-", "").slice(0, 24)}`,
			"x-forwarded-for": sourceIp,
			"x-forwarded-port": String(request.socket.localPort),
			"x-forwarded-proto": "http",
		},
		...(queryStringParameters && { queryStringParameters }),
		requestContext: {
			accountId: "000000000000",
			apiId: "local",
			domainName: host,
			domainPrefix: split(host, ".")[0],
			http: {
				method: request.method ?? "GET",
				path,
				protocol: `HTTP/${request.httpVersion}`,
				sourceIp,
				userAgent: own["user-agent"] ?? "",
			},
			requestId: randomUUID(),
			routeKey,
			stage: "$default",
			time: commonLogTime(at),
			timeEpoch: at.getTime(),
		},
		...(Object.keys(pathParameters).length > 0 && { pathParameters }),
		...(body.length > 0 && {
			body: body.toString(isBase64Encoded ? "base64" : "utf8"),
		}),
		isBase64Encoded,
	};
}

/** Names in lower case; what came several times is joined by commas. */
function headersOf(request: IncomingMessage): Record<string, string> {
	const joined: Record<string, string> = {};
	for (const [name, values] of Object.entries(request.headersDistinct))
		joined[name] = (values ?? []).join(name === "cookie" ? "; " : ",");
	return joined;
}

// measured on AWS by others: only these reach the function as text, whatever a charset says
function isText(contentType = ""): boolean {
	const type = split(contentType, ";")[0].trim().toLowerCase();
	return (
		type.startsWith("text/") ||
		["application/json", "application/xml", "application/javascript"].includes(
			type,
		)
	);
}

function queryOf(query: string): Record<string, string> | undefined {
	if (query === "") return undefined;
	const parameters: Record<string, string> = {};
	for (const [name, value] of new URLSearchParams(query))
		parameters[name] =
			name in parameters ? `${parameters[name]},${value}` : value;
	return parameters;
}

function split(text: string, separator: string): [string, string] {
	const index = text.indexOf(separator);
	if (index < 0) return [text, ""];
	return [text.slice(0, index), text.slice(index + 1)];
}

function commonLogTime(at: Date): string {
	const [, day, month, year, clock] =
		/^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(at.toUTCString()) ?? [];
	return `${day}/${month}/${year}:${clock} +0000`;
}

export interface HttpAnswer {
	status: number;
	headers: Record<string, string>;
	cookies: string[];
	body: Buffer;
}

/** A function's result as an HTTP API answers it; nothing, if the gateway cannot read it. */
export function toAnswer(payload: string): HttpAnswer | undefined {
	const result: unknown = JSON.parse(payload);
	if (
		typeof result !== "object" ||
		result === null ||
		!("statusCode" in result)
	)
		return {
			status: 200,
			headers: { "content-type": "application/json" },
			cookies: [],
			body: Buffer.from(typeof result === "string" ? result : payload),
		};
	const answer = result as APIGatewayProxyStructuredResultV2;
	const status = Number(answer.statusCode);
	const { headers = {}, cookies = [], body = "", isBase64Encoded } = answer;
	if (!Number.isInteger(status) || status < 100 || typeof body !== "string")
		return undefined;
	return {
		status,
		headers: {
			"content-type": "text/plain;charset=UTF-8",
			...Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [
					name.toLowerCase(),
					String(value),
				]),
			),
		},
		cookies,
		body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
	};
}

import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** What is delivered: `once` is known by a key, `state` by its content in the order of its lane. */
export const kinds = ["once", "state", "large", "dense"] as const;
export type Kind = (typeof kinds)[number];

export const token = "bench".repeat(9);

/** Each call is another event. Two of them have some 4 KB: `large` in a shape that FinBox documents, a session with many accounts; `dense` is nobody's, and has more in it that cannot be compressed. */
export const bodies: Record<Kind, () => string> = {
	once: () =>
		JSON.stringify({
			entity_id: randomUUID(),
			statement_id: randomUUID(),
			link_id: "link_id",
			progress: "completed",
			reason: "",
		}),
	state: () =>
		JSON.stringify({
			session_id: randomUUID(),
			insights_available: true,
			accounts: [
				{
					name: "XXXXXXXXX",
					account_category: "individual",
					account_id: randomUUID(),
					bank_name: "iob",
					error_code: "",
					error_message: "",
					account_status: "completed",
					attempt_types: ["PDF"],
				},
			],
			event_name: "ENRICHMENT_NOTIFICATION",
		}),
	large: () =>
		JSON.stringify({
			session_id: randomUUID(),
			insights_available: false,
			accounts: Array.from({ length: 18 }, (_, index) => ({
				name: "XXXXXXXXX",
				account_category: index % 4 ? "individual" : "company",
				account_id: randomUUID(),
				bank_name: ["axis", "hdfc", "icici", "kotak", "iob"][(index * 3) % 5],
				error_code: index % 5 ? "" : "E1001",
				error_message: index % 5 ? "" : "The statement could not be read",
				account_status: index % 5 ? "completed" : "failed",
				attempt_types: [index % 3 ? "PDF" : "ONLINE"],
			})),
			event_name: "SESSION_EXPIRY_NOTIFICATION",
		}),
	dense: () =>
		JSON.stringify({
			...JSON.parse(bodies.once()),
			transactions: Array.from({ length: 28 }, (_, index) => ({
				date: `2026-${String(1 + (index % 12)).padStart(2, "0")}-${String(1 + ((index * 7) % 28)).padStart(2, "0")}`,
				amount: (((index + 3) * 7919) % 100_000) / 100,
				balance: (((index + 5) * 104_729) % 10_000_000) / 100,
				category: ["salary", "rent", "card payment", "transfer"][index % 4],
				type: index % 3 === 0 ? "credit" : "debit",
				reference: ((index + 11) * 2_654_435_761).toString(36),
			})),
		}),
};

/** A delivery as an HTTP API hands it to a function. */
export function deliveryOf(body: string): APIGatewayProxyEventV2 {
	const routeKey = "POST /hooks/finbox/{token}";
	const path = `/hooks/finbox/${token}`;
	const host = "abcdefghij.execute-api.us-east-1.amazonaws.com";
	return {
		version: "2.0",
		routeKey,
		rawPath: path,
		rawQueryString: "",
		headers: {
			accept: "*/*",
			"accept-encoding": "gzip, deflate",
			"content-length": String(Buffer.byteLength(body)),
			"content-type": "application/json",
			host,
			"user-agent": "python-requests/2.31.0",
			"x-amzn-trace-id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
			"x-forwarded-for": "192.0.2.1",
			"x-forwarded-port": "443",
			"x-forwarded-proto": "https",
		},
		requestContext: {
			accountId: "000000000000",
			apiId: "abcdefghij",
			domainName: host,
			domainPrefix: "abcdefghij",
			http: {
				method: "POST",
				path,
				protocol: "HTTP/1.1",
				sourceIp: "192.0.2.1",
				userAgent: "python-requests/2.31.0",
			},
			requestId: randomUUID(),
			routeKey,
			stage: "$default",
			time: "20/Nov/2026:12:00:00 +0000",
			timeEpoch: Date.now(),
		},
		pathParameters: { token },
		body,
		isBase64Encoded: false,
	};
}

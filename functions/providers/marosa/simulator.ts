import { createHash } from "node:crypto";
import type { Asked, SimulatedAnswer } from "../../simulator/asked.ts";
import { serveApi } from "../../simulator/server.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";
import { openTokens } from "../../simulator/tokens.ts";

// https://developers.marosavat.com/docs/api-flow
// No page publishes the names of the list's parameters nor of an answer's fields:
// those here are this project's assumptions, and each is a setting of the poll.

interface Document {
	documentId: string;
	currentStatus?: string;
	externalStatus?: string | null;
	flowDetail: string;
	createdAt: string;
	updatedAt: string;
}

export interface MarosaOptions extends SimulatorOptions {
	/** what the list's `updatedFrom` looks at */
	since?: "updatedAt" | "createdAt";
	tokenSeconds?: number;
}

const credentials = {
	username: "simulated-user",
	password: "simulated-password",
	clientId: "simulated-client",
	clientSecret: "simulated-secret",
};

export default function openSimulator(options: MarosaOptions = {}) {
	const account = { ...credentials, ...options.credentials };
	const { clock = () => new Date(), since = "updatedAt" } = options;
	const tokens = openTokens(clock, options.tokenSeconds ?? 3600);
	const documents = new Map<string, Document>();
	let events = 0;

	function known(id: string): Document {
		const document = documents.get(id);
		if (!document) throw new Error(`No document ${id}.`);
		return document;
	}

	/** The page shows JSON; which content type is taken it does not say: both. */
	function token({ text, headers }: Asked): SimulatedAnswer {
		const form = /x-www-form-urlencoded/.test(headers["content-type"] ?? "");
		const given = form
			? Object.fromEntries(new URLSearchParams(text))
			: JSON.parse(text);
		const right =
			given.grant_type === "password" &&
			given.username === account.username &&
			given.password === account.password &&
			given.client_id === account.clientId &&
			given.client_secret === account.clientSecret;
		if (!right) return unauthorized;
		return {
			body: {
				access_token: tokens.issue("account"),
				token_type: "Bearer",
				expires_in: options.tokenSeconds ?? 3600,
			},
		};
	}

	function list(query: URLSearchParams): SimulatedAnswer {
		const page = Number(query.get("page") ?? 0);
		const size = Number(query.get("size") ?? 20);
		const from = new Date(query.get("updatedFrom") ?? 0);
		const found = [...documents.values()]
			.filter((document) => new Date(document[since]) >= from)
			.sort((one, other) => (one[since] < other[since] ? 1 : -1));
		return {
			body: {
				documents: found.slice(page * size, (page + 1) * size),
				page,
				totalPages: Math.ceil(found.length / size),
			},
		};
	}

	return serveApi(({ post }) => {
		function notify(eventType: string, document: Document) {
			const { documentId, externalStatus, currentStatus, flowDetail } =
				document;
			return post({
				body: {
					eventId: uuid(String(++events)),
					eventType,
					occurredAt: clock().toISOString(),
					documentId,
					externalStatus,
					currentStatus,
					flowDetail,
				},
			});
		}

		return {
			settings: (url) => ({ apiUrl: `${url}/api/invoicing`, ...account }),
			facts: () => [...documents.values()],
			// "retries automatically" on whatever is not 2xx; how often is internal
			retries: (attempt, status = 0) =>
				attempt < 5 && (status < 200 || status > 299),
			answer(asked) {
				const { method, query } = asked;
				const path = asked.path.replace("/api/invoicing", "");
				if (method === "POST" && path === "/auth") return token(asked);
				if (!tokens.owner(asked.headers)) return unauthorized;
				if (method !== "GET") return notFound;
				if (path === "/v1.1/documents") return list(query);
				const document = documents.get(query.get("documentId") ?? "");
				return path === "/v1.1/document" && document
					? { body: document }
					: notFound;
			},
			acts: {
				/** A document is registered. */
				async create(input: {
					documentId: string;
					currentStatus?: string;
					externalStatus?: string | null;
					flowDetail?: string;
				}) {
					const now = clock().toISOString();
					const document: Document = {
						currentStatus: "CREATED",
						flowDetail: "VERIFACTU",
						...input,
						createdAt: now,
						updatedAt: now,
					};
					documents.set(input.documentId, document);
					await notify("DOCUMENT_STATUS_CHANGED", document);
				},
				/** Its processing moves on. */
				async setStatus(input: { documentId: string; currentStatus: string }) {
					const document = known(input.documentId);
					document.currentStatus = input.currentStatus;
					document.updatedAt = clock().toISOString();
					await notify("DOCUMENT_STATUS_CHANGED", document);
				},
				/** The invoice moves on outside. */
				async setExternalStatus(input: {
					documentId: string;
					externalStatus: string;
				}) {
					const document = known(input.documentId);
					document.externalStatus = input.externalStatus;
					document.updatedAt = clock().toISOString();
					await notify("INVOICE_STATUS_CHANGED", document);
				},
				expireTokens(_: object = {}) {
					tokens.expire();
				},
			},
			examples: {
				create: { documentId: "INV-2025-00123" },
				setStatus: { documentId: "INV-2025-00123", currentStatus: "OK" },
				setExternalStatus: {
					documentId: "INV-2025-00123",
					externalStatus: "APPROVED",
				},
				expireTokens: {},
			},
		};
	}, options);
}

const unauthorized: SimulatedAnswer = {
	status: 401,
	body: { error: "unauthorized" },
};
const notFound: SimulatedAnswer = { status: 404, body: { error: "not found" } };

/** A UUID of its own for each text, the same in every run. */
function uuid(text: string): string {
	const digits = createHash("sha256").update(text).digest("hex");
	return digits.replace(
		/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/,
		"$1-$2-4$3-8$4-$5",
	);
}

import type { Asked, SimulatedAnswer } from "../../simulator/asked.ts";
import { serveApi } from "../../simulator/server.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";
import { openTokens } from "../../simulator/tokens.ts";

// https://developer.e-invoice.gov.kh

interface Parties {
	document_id: string;
	supplier: string;
	customer: string;
}

interface Document extends Parties {
	status: string;
	updated_at: string;
}

interface Member {
	refreshToken: string;
	revoked: boolean;
}

export interface CaminvoiceOptions extends SimulatorOptions {
	members?: readonly string[];
	/** whether a refresh token dies when it is used; no page tells */
	rotates?: boolean;
	/** the keys of a token's answer: the page, the official sample and a third party's SDK disagree */
	tokenShape?: "documented" | "sample" | "sdk";
	/** the poll's answer: an array as documented, or in an object as one client reads it */
	pollShape?: "array" | "documents";
	/** the most rows of one poll, the first in its order; no page tells one */
	pollLimit?: number;
	/** the order of a poll's rows, which no page tells either */
	pollOrder?: "oldest first" | "newest first";
}

const credentials = {
	clientId: "simulated-client",
	clientSecret: "simulated-secret",
};
const tokenSeconds = 900;
const configure = "POST /api/v1/configure/configure-webhook";

export default function openSimulator(options: CaminvoiceOptions = {}) {
	const account = { ...credentials, ...options.credentials };
	const { clock = () => new Date(), pollLimit } = options;
	const { tokenShape = "documented", pollShape = "array" } = options;
	const tokens = openTokens(clock, tokenSeconds);
	const documents = new Map<string, Document>();
	const members = new Map<string, Member>(
		(options.members ?? ["KHUID000001", "KHUID000002"]).map((id) => [
			id,
			{ refreshToken: `refresh-${id}`, revoked: false },
		]),
	);
	const registered: unknown[] = [];
	let rotations = 0;

	function isOurs({ headers }: Asked): boolean {
		const client = Buffer.from(`${account.clientId}:${account.clientSecret}`);
		return headers.authorization === `Basic ${client.toString("base64")}`;
	}

	function register(asked: Asked): SimulatedAnswer {
		if (!isOurs(asked)) return unauthorized;
		registered.push(JSON.parse(asked.text));
		return { body: { message: "successful" } };
	}

	function token(asked: Asked): SimulatedAnswer {
		if (!isOurs(asked)) return unauthorized;
		const { refresh_token } = JSON.parse(asked.text);
		const found = [...members].find(
			([, member]) => !member.revoked && member.refreshToken === refresh_token,
		);
		if (!found)
			return { status: 401, body: { message: "Invalid refresh token" } };
		const [endpoint, member] = found;
		if (options.rotates)
			member.refreshToken = `refresh-${endpoint}-${++rotations}`;
		const end = new Date(clock().getTime() + tokenSeconds * 1000);
		const shape = tokenIn[tokenShape];
		return {
			body: {
				...shape(tokens.issue(endpoint), end.toISOString()),
				...(options.rotates && { refresh_token: member.refreshToken }),
			},
		};
	}

	function put(parties: Parties, status: string): void {
		const updated_at = clock().toISOString();
		documents.set(parties.document_id, { ...parties, status, updated_at });
	}

	function poll(endpoint: string, since: string | null): SimulatedAnswer {
		// whether the instant itself is in, and in which zone it is read, no page tells: in, UTC
		const from = since
			? new Date(since.replace(/(T.*[^Z])$/, "$1Z"))
			: new Date(0);
		const rows = [...documents.values()]
			.filter(({ updated_at }) => new Date(updated_at) >= from)
			.sort((one, other) => (one.updated_at < other.updated_at ? -1 : 1))
			.flatMap((document) => rowsFor(endpoint, document));
		if (options.pollOrder === "newest first") rows.reverse();
		const listed = rows.slice(0, pollLimit);
		return { body: pollShape === "array" ? listed : { documents: listed } };
	}

	return serveApi(({ post }) => {
		/** Only a connected member is told. */
		async function tell(type: string, endpoint_id: string, rest: object = {}) {
			const member = members.get(endpoint_id);
			if (member && !member.revoked)
				await post({ body: { type, ...rest, endpoint_id } });
		}

		return {
			settings: (url) => ({
				apiUrl: url,
				...account,
				members: Object.fromEntries(
					[...members].map(([id, { refreshToken }]) => [id, refreshToken]),
				),
			}),
			facts: () => ({
				documents: [...documents.values()],
				members: Object.fromEntries(members),
				registered,
			}),
			answer(asked) {
				if (asked.method === "POST" && asked.path === "/api/v1/auth/token")
					return token(asked);
				if (`${asked.method} ${asked.path}` === configure)
					return register(asked);
				const endpoint = tokens.owner(asked.headers);
				if (!endpoint || members.get(endpoint)?.revoked) return unauthorized;
				const [, , , group, id] = asked.path.split("/");
				if (asked.method !== "GET" || group !== "document" || !id)
					return notFound;
				if (id === "poll")
					return poll(endpoint, asked.query.get("last_synced_at"));
				const document = documents.get(decodeURIComponent(id));
				return document && rowsFor(endpoint, document).length > 0
					? { body: detail(document) }
					: notFound;
			},
			acts: {
				/** A document is accepted and has gone nowhere yet: no webhook. */
				submit(input: Parties) {
					put(input, "VALID");
				},
				/** It reaches its customer: each side is told in its own words. */
				async send(input: Parties) {
					put(input, "DELIVERED");
					const { document_id, supplier, customer } = input;
					await tell("DOCUMENT.DELIVERED", supplier, { document_id });
					await tell("DOCUMENT.RECEIVED", customer, { document_id });
				},
				/** The customer changes its status: the supplier is told. */
				async setStatus(input: { document_id: string; status: string }) {
					const document = documents.get(input.document_id);
					if (!document) throw new Error(`No document ${input.document_id}.`);
					document.status = input.status;
					// that the poll's updated_at moves with a status is not documented either
					document.updated_at = clock().toISOString();
					await tell("DOCUMENT.STATUS_UPDATED", document.supplier, input);
				},
				/** A member disconnects: its tokens are dead. */
				async revoke(input: { endpoint_id: string }) {
					await tell("ENTITY.REVOKED", input.endpoint_id);
					const member = members.get(input.endpoint_id);
					if (member) member.revoked = true;
					tokens.expire(input.endpoint_id);
				},
				/** It connects again, under a new refresh token. */
				reconnect(input: { endpoint_id: string }) {
					const refreshToken = `refresh-${input.endpoint_id}-${++rotations}`;
					members.set(input.endpoint_id, { refreshToken, revoked: false });
					return { refresh_token: refreshToken };
				},
				expireTokens(input: { endpoint_id?: string } = {}) {
					tokens.expire(input.endpoint_id);
				},
			},
			examples: {
				submit: sample,
				send: sample,
				setStatus: { document_id: sample.document_id, status: "ACCEPTED" },
				revoke: { endpoint_id: "KHUID000001" },
				reconnect: { endpoint_id: "KHUID000001" },
				expireTokens: {},
			},
		};
	}, options);
}

const sample = {
	document_id: "df5dcf78-e78b-4396-87bb-2d2a44c1302e",
	supplier: "KHUID000001",
	customer: "KHUID000002",
};

const unauthorized: SimulatedAnswer = {
	status: 401,
	body: {
		error: "invalid_client",
		error_description: "Invalid client credentials",
	},
};
const notFound: SimulatedAnswer = {
	status: 404,
	body: { message: "Not found" },
};

const tokenIn = {
	documented: (token: string) => ({
		token,
		token_type: "Bearer",
		expire_in: tokenSeconds,
	}),
	sample: (token: string, expire_at: string) => ({
		access_token: token,
		expire_at,
	}),
	sdk: (token: string, expired_at: string) => ({
		access_token: token,
		expireIn: "15m",
		expired_at,
	}),
};

/** A direction, not an event; both for one who sends to itself. A customer sees nothing that was not sent. */
function rowsFor(endpoint: string, document: Document) {
	const { document_id, updated_at, supplier, customer, status } = document;
	const row = { document_id, updated_at };
	const isSent = status !== "VALID";
	return [
		...(supplier === endpoint ? [{ ...row, type: "SEND" }] : []),
		...(isSent && customer === endpoint ? [{ ...row, type: "RECEIVE" }] : []),
	];
}

function detail({ supplier, customer, ...document }: Document) {
	return {
		...document,
		document_number: `INV-${document.document_id}`,
		supplier_id: supplier,
		customer_id: customer,
		issue_date: "2024-03-07",
		due_date: null,
		created_at: "2024-03-07T07:16:07.859Z",
		currency: "KHR",
		tax_inclusive_amount: 110000,
		document_type: "INVOICE",
		reference_document_id: null,
		reference_document_number: null,
	};
}

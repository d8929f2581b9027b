import type { SimulatedAnswer } from "../../simulator/asked.ts";
import { serveApi } from "../../simulator/server.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";

// https://docs.finbox.in/bank-connect/webhook.html

interface Payload {
	statement_id: string;
	entity_id: string;
	link_id: string | null;
	progress: string;
	reason: string;
	date_time: string;
}

interface Statement {
	status: string | null;
	statement_id: string;
	source: "online" | "pdf";
	message: string | null;
}

interface Entity {
	link_id: string | null;
	/** empty until something was uploaded */
	progress: Statement[];
}

export interface FinboxOptions extends SimulatorOptions {
	/** the zone of date_time, which no page tells; UTC is likely */
	zone?: string;
}

const credentials = {
	apiKey: "simulated-key",
	serverHash: "simulated-hash",
	apiVersion: "v1",
};

export default function openSimulator(options: FinboxOptions = {}) {
	const account = { ...credentials, ...options.credentials };
	const { zone = "+00:00" } = options;
	const base = `/bank-connect/${account.apiVersion}`;
	const payloads: Payload[] = [];
	const entities = new Map<string, Entity>();
	const registered = new Map<string, unknown>();

	function entityOf(id: string, link_id: string | null): Entity {
		const entity = entities.get(id) ?? { link_id, progress: [] };
		entities.set(id, entity);
		return entity;
	}

	function track(entity: Entity, statement: Statement): void {
		const at = entity.progress.findIndex(
			({ statement_id }) => statement_id === statement.statement_id,
		);
		if (at < 0) entity.progress.push(statement);
		else entity.progress[at] = statement;
	}

	function register(flow: string, text: string): SimulatedAnswer {
		const { webhook_url, webhook_mode = 0 } = JSON.parse(text);
		registered.set(flow, { webhook_url, webhook_mode });
		return { body: { message: "success" } };
	}

	return serveApi(
		({ clock, post }) => ({
			settings: (url) => ({ apiUrl: `${url}/bank-connect`, ...account }),
			facts: () => ({
				payloads,
				entities: Object.fromEntries(entities),
				registered: Object.fromEntries(registered),
			}),
			answer(asked) {
				// no page says what a path without its last slash gets; such back-ends redirect
				if (!asked.path.endsWith("/"))
					return {
						status: 301,
						headers: { location: `${asked.path}/?${asked.query}` },
					};
				const { headers, method, path, query } = asked;
				if (
					headers["x-api-key"] !== account.apiKey ||
					headers["server-hash"] !== account.serverHash
				)
					return refusal(401, "Authentication credentials were not provided.");
				const [, flow] =
					/\/(entity|session_data)\/update_webhook\/$/.exec(path) ?? [];
				if (flow && method === "POST") return register(flow, asked.text);
				if (method !== "GET") return refusal(405, "Method not allowed.");
				if (path === `${base}/entity/webhook_payloads/`)
					// what an unknown link gets is not documented
					return {
						body: {
							payloads: payloads
								.filter(({ link_id }) => link_id === query.get("link_id"))
								.reverse(),
						},
					};
				const [id, api] = path.slice(`${base}/entity/`.length).split("/");
				const entity = entities.get(decodeURIComponent(id ?? ""));
				if (!entity || api !== "transactions")
					return refusal(404, "Not found.");
				return { body: transactions(id as string, entity) };
			},
			acts: {
				/** Somebody begins; the statements, if any, are being read. A null status is one FinBox shows at times. */
				begin(input: {
					entity_id: string;
					link_id?: string | null;
					statement_id?: string;
					status?: "processing" | null;
				}) {
					const { status = "processing", statement_id } = input;
					const entity = entityOf(input.entity_id, input.link_id ?? null);
					if (statement_id)
						track(entity, {
							status,
							statement_id,
							source: "pdf",
							message: null,
						});
				},
				/** Extraction ends; without a statement nothing was uploaded, as with wrong credentials. */
				async settle(input: {
					entity_id: string;
					link_id?: string | null;
					statement_id?: string;
					progress?: "completed" | "failed";
					reason?: string;
				}) {
					const {
						entity_id,
						link_id = null,
						statement_id = "",
						progress = "completed",
						reason = "",
					} = input;
					if (statement_id)
						track(entityOf(entity_id, link_id), {
							status: progress,
							statement_id,
							source: "pdf",
							message: reason || null,
						});
					const body = { entity_id, statement_id, link_id, progress, reason };
					payloads.push({ ...body, date_time: wallClock(clock(), zone) });
					await post({ body });
				},
				/** Something happens in a session: only a webhook tells. */
				session(input: { event_name: string; session_id: string }) {
					return post({ body: input });
				},
			},
			examples: {
				begin: {
					entity_id: "entity-1",
					link_id: "link-1",
					statement_id: "s-1",
				},
				settle: {
					entity_id: "entity-1",
					link_id: "link-1",
					statement_id: "s-1",
					progress: "completed",
				},
				session: {
					event_name: "SESSION_EXPIRY_NOTIFICATION",
					session_id: "session-1",
				},
			},
		}),
		options,
	);
}

function transactions(entity_id: string, { progress }: Entity) {
	const transactions = progress
		.filter(({ status }) => status === "completed")
		.map(({ statement_id }) => ({
			hash: `hash-of-${statement_id}`,
			date: "2020-03-06 00:00:00",
			amount: 1200.5,
			transaction_type: "debit",
		}));
	return { entity_id, progress, accounts: [], fraud: {}, transactions };
}

function refusal(status: number, detail: string): SimulatedAnswer {
	return { status, body: { detail } };
}

/** YYYY-MM-DD HH:MM:SS on a clock of that zone */
function wallClock(now: Date, zone: string): string {
	const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
	const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
	const shifted = now.getTime() + (sign === "-" ? -offset : offset);
	return new Date(shifted).toISOString().slice(0, 19).replace("T", " ");
}

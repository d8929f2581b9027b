import type { Asked, SimulatedAnswer } from "../../simulator/asked.ts";
import { serveApi } from "../../simulator/server.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";

// https://docs.stripe.com/api/events/list

interface StripeEvent {
	id: string;
	object: "event";
	api_version: string;
	created: number;
	livemode: boolean;
	request: object;
	type: string;
	data: { object: object };
}

const credentials = { apiKey: "simulated-key" };
const memorySeconds = 30 * 86_400;

export default function openSimulator(options: SimulatorOptions = {}) {
	const account = { ...credentials, ...options.credentials };
	// in the order they were created
	const events: StripeEvent[] = [];

	return serveApi(({ clock, post, webhooks }) => {
		const isDelivered = ({ id }: StripeEvent) =>
			webhooks.sent.some(
				({ text, status = 0 }) =>
					status >= 200 && status < 300 && JSON.parse(text).id === id,
			);

		function list(query: URLSearchParams): SimulatedAnswer {
			const limit = Number(query.get("limit") ?? 10);
			if (!(limit >= 1 && limit <= 100)) return invalid("limit");
			const types = [...query]
				.filter(([name]) => /^types\[\d*\]$/.test(name))
				.map(([, type]) => type);
			if (types.length > 20) return invalid("types");
			const after = query.get("starting_after");
			const place = events.findIndex(({ id }) => id === after);
			if (after && place < 0) return invalid("starting_after");
			const now = clock().getTime() / 1000;
			const from = Number(query.get("created[gte]") ?? 0);
			const to = Number(query.get("created[lt]") ?? Number.POSITIVE_INFINITY);
			const found = (after ? events.slice(0, place) : events).filter(
				(event) =>
					event.created >= Math.max(from, now - memorySeconds) &&
					event.created < to &&
					(types.length === 0 || types.includes(event.type)) &&
					(query.get("delivery_success") !== "false" || !isDelivered(event)),
			);
			// newest first
			const data = found
				.reverse()
				.slice(0, limit)
				.map((event) => ({
					...event,
					pending_webhooks: isDelivered(event) ? 0 : 1,
				}));
			return {
				body: {
					object: "list",
					url: "/v1/events",
					has_more: limit < found.length,
					data,
				},
			};
		}

		return {
			settings: (url) => ({ apiUrl: url, ...account }),
			facts: () => events,
			// for three days, in growing steps
			retries: (attempt, status = 0) =>
				attempt < 16 && (status < 200 || status > 299),
			answer({ method, path, query, headers }: Asked) {
				if (headers.authorization !== `Bearer ${account.apiKey}`)
					return failure(401, "Invalid API Key provided");
				return method === "GET" && path === "/v1/events"
					? list(query)
					: failure(404, `Unrecognized request URL (${method}: ${path})`);
			},
			acts: {
				/** Something happens to an object. */
				async occur(input: { type: string; object: object }) {
					const event: StripeEvent = {
						id: `evt_${events.length + 1}`,
						object: "event",
						api_version: "2026-10-28",
						created: Math.floor(clock().getTime() / 1000),
						livemode: false,
						request: { id: null, idempotency_key: null },
						type: input.type,
						data: { object: input.object },
					};
					events.push(event);
					await post({ body: { ...event, pending_webhooks: 1 } });
				},
			},
			examples: {
				occur: {
					type: "charge.succeeded",
					object: { id: "ch_1", object: "charge", amount: 1250 },
				},
			},
		};
	}, options);
}

function invalid(param: string): SimulatedAnswer {
	return failure(400, `Invalid ${param}`, param);
}

function failure(
	status: number,
	message: string,
	param?: string,
): SimulatedAnswer {
	const error = { type: "invalid_request_error", message, param };
	return { status, body: { error } };
}

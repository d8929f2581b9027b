import { createHash } from "node:crypto";
import type { Asked, SimulatedAnswer } from "../../simulator/asked.ts";
import { serveApi } from "../../simulator/server.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";

// https://docs.github.com/en/rest/repos/webhooks

interface Delivery {
	id: number;
	guid: string;
	hook: string;
	delivered_at: string;
	redelivery: boolean;
	event: string;
	payload: object;
}

const credentials = { apiToken: "simulated-token" };
const memoryMs = 3 * 86_400_000;
const usualHook = "octo-org/hello/1";

export default function openSimulator(options: SimulatorOptions = {}) {
	const account = { ...credentials, ...options.credentials };
	// in the order they were attempted
	const deliveries: Delivery[] = [];

	return serveApi(({ clock, post, webhooks }) => {
		let base = "";

		/** Each attempt was posted once; one that nobody has answered has failed. */
		function statusOf({ id }: Delivery): number {
			const sent = webhooks.sent.find(
				({ headers }) => headers["x-simulated-delivery"] === String(id),
			);
			return sent?.status ?? 502;
		}

		function rowOf(delivery: Delivery) {
			const { hook: _, payload, ...row } = delivery;
			const status_code = statusOf(delivery);
			return {
				...row,
				action: "action" in payload ? payload.action : null,
				status: status_code < 300 ? "OK" : "failed to connect",
				status_code,
				duration: 0.1,
			};
		}

		function list(
			hook: string,
			path: string,
			query: URLSearchParams,
		): SimulatedAnswer {
			const size = Number(query.get("per_page") ?? 30);
			const before = Number(query.get("cursor") ?? Number.POSITIVE_INFINITY);
			const oldest = clock().getTime() - memoryMs;
			const found = deliveries
				.filter(
					(delivery) =>
						delivery.hook === hook &&
						Date.parse(delivery.delivered_at) >= oldest &&
						delivery.id < before,
				)
				.reverse();
			const page = found.slice(0, size);
			const next = `${base}${path}?per_page=${size}&cursor=${page.at(-1)?.id}`;
			return {
				headers: found.length > size ? { link: `<${next}>; rel="next"` } : {},
				body: page.map(rowOf),
			};
		}

		async function attempt(
			of: Pick<Delivery, "guid" | "hook" | "event" | "payload">,
			redelivery: boolean,
		): Promise<void> {
			const id = deliveries.length + 1;
			const delivered_at = clock().toISOString();
			deliveries.push({ ...of, id, delivered_at, redelivery });
			await post({
				body: of.payload,
				headers: {
					"x-github-event": of.event,
					"x-github-delivery": of.guid,
					"x-simulated-delivery": String(id),
				},
			});
		}

		return {
			settings(url) {
				base = url;
				return { apiUrl: url, ...account, hooks: [usualHook] };
			},
			facts: () => deliveries,
			answer({ method, path, query, headers }: Asked): SimulatedAnswer {
				if (headers.authorization !== `Bearer ${account.apiToken}`)
					return { status: 401, body: { message: "Bad credentials" } };
				const [, owner = "", hook = "", delivery] =
					/^\/(?:repos|orgs)\/(.+)\/hooks\/(\d+)\/deliveries(?:\/(\d+))?$/.exec(
						path,
					) ?? [];
				if (method !== "GET" || owner === "") return notFound;
				const name = `${owner}/${hook}`;
				if (delivery === undefined) return list(name, path, query);
				const found = deliveries.find(({ id }) => id === Number(delivery));
				if (!found || found.hook !== name) return notFound;
				const { payload, event } = found;
				return {
					body: {
						...rowOf(found),
						request: { headers: { "X-GitHub-Event": event }, payload },
						response: { headers: {}, payload: "" },
					},
				};
			},
			acts: {
				/** Something happens that the webhook is subscribed to. */
				happen: (input: { event: string; payload: object; hook?: string }) =>
					attempt(
						{
							guid: uuid(String(deliveries.length)),
							hook: input.hook ?? usualHook,
							event: input.event,
							payload: input.payload,
						},
						false,
					),
				/** A person has a delivery sent again. */
				async redeliver({ id }: { id: number }) {
					const delivery = deliveries.find((one) => one.id === id);
					if (!delivery) throw new Error(`No delivery ${id}.`);
					await attempt(delivery, true);
				},
			},
			examples: {
				happen: {
					event: "issues",
					payload: { action: "opened", repository: { id: 1296269 } },
				},
				redeliver: { id: 1 },
			},
		};
	}, options);
}

const notFound: SimulatedAnswer = {
	status: 404,
	body: { message: "Not Found" },
};

/** A UUID of its own for each text, the same in every run. */
function uuid(text: string): string {
	const digits = createHash("sha256").update(text).digest("hex");
	return digits.replace(
		/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/,
		"$1-$2-4$3-8$4-$5",
	);
}

import { serveApi } from "../../simulator/server.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";

// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
// A sender has no API to ask; the retries are the specification's example of a schedule.

export default function openSimulator(options: SimulatorOptions = {}) {
	const sent: string[] = [];
	return serveApi(
		({ clock, post }) => ({
			settings: () => ({}),
			facts: () => sent,
			answer: () => ({ status: 404, body: { error: "there is no API" } }),
			retries: (attempt, status = 0) =>
				attempt < 10 && status !== 410 && (status < 200 || status > 299),
			acts: {
				/** Something happened. */
				async send(input: { type: string; data?: object }) {
					const id = `msg_${sent.length + 1}`;
					sent.push(id);
					const { type, data = {} } = input;
					await post({
						body: { type, timestamp: clock().toISOString(), data },
						headers: { "webhook-id": id },
					});
				},
			},
			examples: {
				send: { type: "contact.created", data: { id: "contact-1" } },
			},
		}),
		options,
	);
}

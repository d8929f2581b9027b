import * as z from "zod";
import { once, state } from "../../functions/inbox/identity.ts";
import { elementsOf } from "../../functions/inbox/json-text.ts";
import { equals } from "../../functions/proofs/equals.ts";
import { hmac } from "../../functions/proofs/hmac.ts";
import { defineProvider, openType } from "../../functions/provider.ts";

const Moved = z.looseObject({
	id: z.string().min(1),
	type: z.string(),
	status: z.string().optional(),
});
const Several = z.looseObject({ events: z.array(z.unknown()) });

/** Uses all that a provider can declare: several events in a delivery, handshakes, forms, an open type, signatures. */
export const bank = defineProvider({
	name: "bank",
	documentation: "https://bank.example/docs",
	settings: z.object({
		webhookSecret: z.string().optional(),
		webhookKey: z.string().optional(),
	}),
	proofs: ({ webhookSecret, webhookKey }) => [
		...hmac({
			secrets: [webhookSecret],
			signature: { header: "x-signature" },
		}),
		...equals("x-key", webhookKey),
	],
	path: [],
	headers: ["x-kind"],
	forms: true,
	answer: { status: "ok" },
	events: { "*": Moved, paid: Moved, unrecognized: z.looseObject({}) },
	handshake: ({ method, query, headers }) =>
		query.challenge && `${method} ${query.challenge} ${headers["x-kind"]}`,
	read({ json, text, form, headers }) {
		const kind = headers["x-kind"];
		if (kind === "ping") return { handshake: "<b>pong</b>" };
		if (form) {
			const id = z.string().parse(form.id);
			return { event: { type: "paid", subject: id, identity: once(id) } };
		}
		Several.parse(json);
		return {
			events: elementsOf(text, "events"),
			each: ({ json }) => {
				const { id, type, status } = Moved.parse(json);
				return {
					type: openType(type),
					subject: status ? "account" : id,
					identity: status ? state({ value: status }) : once(id),
				};
			},
		};
	},
});

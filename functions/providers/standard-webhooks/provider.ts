import * as z from "zod";
import { once } from "../../inbox/identity.ts";
import { standardWebhooks } from "../../proofs/hmac.ts";
import { defineProvider, openType } from "../../provider.ts";
import { Described, Message, subjectOf } from "./events.ts";

const settings = z.object({
	/** whsec_…, of the endpoint; while it is changed, the sender signs with the old and the new */
	webhookSecret: z.string().optional(),
});

const Sent = z.object({ "webhook-id": z.string().min(1).max(1024) });

export default defineProvider({
	name: "standard-webhooks",
	documentation:
		"https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
	available: true,
	settings,
	proofs: ({ webhookSecret }) => standardWebhooks(webhookSecret),
	path: [],
	headers: ["webhook-id"],
	answer: { status: "success" },
	// the specification has a sender retry for days, and then disable the endpoint
	unreadable: 200,
	events: { "*": Message, unrecognized: z.unknown() },
	read({ json, text, headers }) {
		const { "webhook-id": id } = Sent.parse(headers);
		const { type, timestamp } = Described.parse(json);
		return {
			event: {
				type: openType(type),
				subject: subjectOf(text) || id,
				time: timestamp,
				identity: once(id),
			},
		};
	},
});

import * as z from "zod";
import { hmac } from "../../proofs/hmac.ts";
import { defineProvider } from "../../provider.ts";
import { happened, Payload, ping } from "./events.ts";
import { poll } from "./poll.ts";

const settings = z.object({
	/** the webhook's secret */
	webhookSecret: z.string().optional(),
	/** the one before, for GitHub signs with one only: while you change it, either is right */
	previousWebhookSecret: z.string().optional(),
});

const Sent = z.object({
	"x-github-event": z.string().min(1),
	"x-github-delivery": z.string().min(1).max(1024),
});

export default defineProvider({
	name: "github",
	documentation:
		"https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
	available: true,
	settings,
	proofs: ({ webhookSecret, previousWebhookSecret }) =>
		hmac({
			secrets: [webhookSecret, previousWebhookSecret],
			signature: { header: "x-hub-signature-256", after: "sha256=" },
		}),
	path: [],
	headers: ["x-github-event", "x-github-delivery"],
	answer: { status: "success" },
	events: { "*": Payload, unrecognized: Payload },
	read({ json, text, headers }) {
		const { "x-github-event": event, "x-github-delivery": guid } =
			Sent.parse(headers);
		if (event === ping) return { handshake: "pong" };
		Payload.parse(json);
		return { event: happened({ event, guid, text }) };
	},
	poll,
});

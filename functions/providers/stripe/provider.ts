import * as z from "zod";
import { hmac } from "../../proofs/hmac.ts";
import { defineProvider } from "../../provider.ts";
import { occurred, StripeEvent } from "./events.ts";
import { poll } from "./poll.ts";

const settings = z.object({
	/** whsec_…, of the endpoint; while it is rolled, Stripe signs with the old and the new */
	webhookSecret: z.string().optional(),
});

const header = "stripe-signature";

export default defineProvider({
	name: "stripe",
	documentation: "https://docs.stripe.com/webhooks",
	available: true,
	settings,
	proofs: ({ webhookSecret }) =>
		hmac({
			secrets: [webhookSecret],
			signature: { header, between: ",", after: "v1=" },
			signs: "{timestamp}.{body}",
			timestamp: { header, between: ",", after: "t=" },
		}),
	path: [],
	answer: { status: "success" },
	// a refused delivery is sent again for three days
	unreadable: 200,
	events: { "*": StripeEvent, unrecognized: z.unknown() },
	read: (delivered) => ({ event: occurred(delivered) }),
	poll,
});

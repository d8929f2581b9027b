import * as z from "zod/mini";
import { equals } from "../../proofs/equals.ts";
import { type Content, defineProvider } from "../../provider.ts";
import {
	ChangedPayment,
	happened,
	isThing,
	Payment,
	paymentCreated,
	paymentDeleted,
	paymentUpdated,
	paymentWrittenOff,
	Thing,
	things,
	Unrecognized,
	unrecognized,
} from "./events.ts";
import { poll } from "./poll.ts";

const settings = z.object({
	/** shown as X-API-Key, which the newer specification declares; whether DealPOS sends it is unknown */
	webhookApiKey: z.optional(z.string()),
});

const segment = z.string().check(z.regex(/^[a-z0-9-]+$/));
const Path = z.object({ path: z.object({ group: segment, event: segment }) });

const synchronous = ["loyalty", "loyalty-point", "loyalty-provider"];
const refusal =
	"DealPOS asks this webhook a question (points, a coupon) and waits for the answer at the till. Billhook records events and cannot answer: give DealPOS the address of your own loyalty service here.";

export default defineProvider({
	name: "dealpos",
	documentation:
		"https://developer.dealpos.com/webhook/webhook/invoice-payment",
	settings,
	proofs: ({ webhookApiKey }) => equals("x-api-key", webhookApiKey),
	// the body does not say which event it is: each has a URL of its own
	path: ["group", "event"],
	answer: { status: "success" },
	events: {
		"payment.created": Payment,
		"payment.updated": ChangedPayment,
		"payment.deleted": ChangedPayment,
		"payment.writeoff": Payment,
		...things,
		unrecognized: Unrecognized,
	},
	read(delivered) {
		const { path } = Path.parse(delivered);
		if (synchronous.includes(path.group)) return { refusal };
		return { event: read(`${path.group}.${path.event}`, path, delivered) };
	},
	poll,
});

function read(
	type: string,
	path: { group: string; event: string },
	{ json, text }: Content,
) {
	switch (type) {
		case "payment.created":
			return paymentCreated(Payment.parse(json), text);
		case "payment.updated":
			return paymentUpdated(ChangedPayment.parse(json), text);
		case "payment.deleted":
			return paymentDeleted(ChangedPayment.parse(json));
		case "payment.writeoff":
			return paymentWrittenOff(Payment.parse(json), text);
		default:
			if (!isThing(type)) return unrecognized(path, text);
			Thing.parse(json);
			return happened(type, path, text);
	}
}

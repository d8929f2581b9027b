import type { Connect } from "../../provider.ts";

// https://developers.marosavat.com/docs/subscriptions
// POST /subscription-management makes one, but nobody has published the names of its fields
export default {
	steps: [
		"Make a subscription for DOCUMENT_STATUS_CHANGED to the URL above.",
		"Make another for INVOICE_STATUS_CHANGED to the same URL; two of one type may send each event twice.",
		"Choose API_KEY or BASIC_AUTH as their authentication, and set webhookApiKey, or webhookUsername and webhookPassword.",
	],
} satisfies Connect;

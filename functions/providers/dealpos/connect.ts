import type { Connect } from "../../provider.ts";

// https://developer.dealpos.com/webhook/webhook/webhook-guide
export default {
	steps: [
		"In DealPOS: Developer, tab URL. Add each URL above to the family of events that its last part names; HTTPS only.",
		"Setup, More Menu, Webhook Logs, mode Full shows what DealPOS has sent.",
		"Whether it shows X-API-Key, only DealPOS can say: ask, then set webhookApiKey.",
	],
} satisfies Connect;

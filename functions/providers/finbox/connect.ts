import type { Connect } from "../../provider.ts";

// https://docs.finbox.in/bank-connect/webhook.html
// left out, webhook_mode is set to 0, and statements that are uploaded bring no webhook any more
const webhook_mode = 1;

export default {
	registrations: ([given], { apiVersion = "v1", apiKey, serverHash }) =>
		(
			[
				["entity", "where the webhooks of the entity flow go"],
				["session_data", "where the webhooks of the session flow go"],
			] as const
		).map(([flow, says]) => ({
			says,
			method: "POST",
			path: `/${apiVersion}/${flow}/update_webhook/`,
			headers: {
				"x-api-key": String(apiKey),
				"server-hash": String(serverHash),
			},
			json: { webhook_url: given?.url, webhook_mode },
		})),
	steps: [
		"Whether FinBox shows x-secret-key, only it can say: ask, then set webhookSecretKey.",
	],
} satisfies Connect;

import type { Connect } from "../../provider.ts";

// https://doc-caminv.netlify.app: receive update event, webhook, setting up
export default {
	registrations: ([given], { clientId, clientSecret }) => {
		const client = Buffer.from(`${clientId}:${clientSecret}`);
		return [
			{
				says: "where the webhooks of all members go, those with an address of their own included",
				method: "POST",
				path: "/api/v1/configure/configure-webhook",
				headers: { authorization: `Basic ${client.toString("base64")}` },
				// without an endpoint_id it is of all members
				json: { webhook_url: given?.url },
			},
		];
	},
	steps: [],
} satisfies Connect;

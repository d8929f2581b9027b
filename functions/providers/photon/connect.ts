import type { Connect } from "../../provider.ts";

export default {
	steps: [
		"Photon takes the URL with each submission: send the one above as webhook_url.",
		"Send an auth_token with it, and set webhookAuthorization to the same: Photon shows it with the callback.",
	],
} satisfies Connect;

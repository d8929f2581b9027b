import * as z from "zod/mini";
import { idIn } from "../../inbox/json-text.ts";
import { equals } from "../../proofs/equals.ts";
import { byContent, defineProvider } from "../../provider.ts";
import { Pending, Processed, processed } from "./events.ts";
import { poll } from "./poll.ts";

const settings = z.object({
	/** the `auth_token` given with each document; Photon shows it as Authorization, whether behind "Bearer" is unknown */
	webhookAuthorization: z.optional(z.string()),
});

// "success" is the status in both states: only the data tells that it is done
const Done = z.looseObject({
	data: z.record(z.string(), z.unknown()).check(
		z.refine((data) => {
			return Object.keys(data).length > 0;
		}),
	),
});

export default defineProvider({
	name: "photon",
	documentation:
		"https://photon-commerce.gitbook.io/photon-commerce-api/async-api-webhook",
	settings,
	proofs({ webhookAuthorization: value }) {
		return equals("authorization", value, value && `Bearer ${value}`);
	},
	path: [],
	answer: { status: "success" },
	events: {
		"document.processed": Processed,
		unrecognized: z.unknown(),
	},
	read({ json, text }) {
		const unrecognized = () => byContent("unrecognized", text);
		const pending = Pending.safeParse(json).data;
		if (pending) return { watch: watchFor(pending, idIn(text, "ID")) };
		if (!Done.safeParse(json).success) return { event: unrecognized() };
		const { data, photon_key } = Processed.parse(json);
		const key = photon_key || data.photon_key;
		if (key) return { event: processed(key) };
		const reference = idIn(text, "ID");
		if (!reference) return { event: unrecognized() };
		return {
			lookup: reference,
			found: (subject) => (subject ? processed(subject) : unrecognized()),
		};
	},
	poll,
});

function watchFor({ photon_key }: z.output<typeof Pending>, reference: string) {
	return { subject: photon_key, ...(reference && { reference }) };
}

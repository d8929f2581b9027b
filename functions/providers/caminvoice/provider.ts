import * as z from "zod/mini";
import { byContent, defineProvider } from "../../provider.ts";
import {
	Delivered,
	delivered,
	Received,
	Revoked,
	received,
	revoked,
	StatusUpdated,
	statusUpdated,
} from "./events.ts";
import { poll } from "./poll.ts";

const settings = z.object({});

const Unrecognized = z.looseObject({
	type: z.string().check(z.describe("one that nobody has documented")),
});

export default defineProvider({
	name: "caminvoice",
	documentation: "https://developer.e-invoice.gov.kh",
	settings,
	// it signs nothing and sends no secret: the token in the URL is all
	proofs: () => [],
	path: [],
	answer: { status: "success" },
	events: {
		"document.delivered": Delivered,
		"document.received": Received,
		"document.status_updated": StatusUpdated,
		"entity.revoked": Revoked,
		unrecognized: Unrecognized,
	},
	read({ json, text }) {
		const { type } = Unrecognized.parse(json);
		switch (type) {
			case "DOCUMENT.DELIVERED":
				return { event: delivered(Delivered.parse(json)) };
			case "DOCUMENT.RECEIVED":
				return { event: received(Received.parse(json)) };
			case "DOCUMENT.STATUS_UPDATED":
				return { event: statusUpdated(StatusUpdated.parse(json)) };
			case "ENTITY.REVOKED":
				return { event: revoked(Revoked.parse(json)) };
			default:
				return { event: byContent("unrecognized", text) };
		}
	},
	poll,
});

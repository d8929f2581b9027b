import * as z from "zod/mini";
import { equals } from "../../proofs/equals.ts";
import { byContent, type Content, defineProvider } from "../../provider.ts";
import {
	Completed,
	Enrichment,
	Expiry,
	Extraction,
	expired,
	extracted,
	Failed,
	moved,
	RequirementCompletion,
	Session,
} from "./events.ts";
import { poll } from "./poll.ts";

const settings = z.object({
	/** shown as x-secret-key, which only earlier pages on the session flow promise: ask FinBox before setting it */
	webhookSecretKey: z.optional(z.string()),
});

const Anything = z.looseObject({});
const Named = z.looseObject({ event_name: z.string() });

export default defineProvider({
	name: "finbox",
	documentation: "https://docs.finbox.in/bank-connect/webhook.html",
	settings,
	proofs: ({ webhookSecretKey }) => equals("x-secret-key", webhookSecretKey),
	path: [],
	answer: { status: "success" },
	events: {
		"extraction.completed": Completed,
		"extraction.failed": Failed,
		"session.requirement_completion": RequirementCompletion,
		"session.expiry": Expiry,
		"session.enrichment": Enrichment,
		unrecognized: Anything,
	},
	read(delivered) {
		const body = Anything.parse(delivered.json);
		// one URL may serve both flows, and only these two fields tell them apart
		const isSession = "event_name" in body || "session_id" in body;
		return {
			event: isSession ? readSession(delivered) : readEntity(delivered, body),
		};
	},
	poll,
});

function readEntity(
	{ json, text }: Content,
	{ progress }: z.output<typeof Anything>,
) {
	const isKnown = progress === "completed" || progress === "failed";
	return typeof progress === "string" && !isKnown
		? byContent("unrecognized", text)
		: extracted(Extraction.parse(json));
}

function readSession({ json, text }: Content) {
	const { event_name } = Named.parse(json);
	switch (event_name) {
		case "SESSION_REQUIREMENT_COMPLETION_NOTIFICATION":
			return moved("session.requirement_completion", Session.parse(json), text);
		case "ENRICHMENT_NOTIFICATION":
			return moved("session.enrichment", Session.parse(json), text);
		case "SESSION_EXPIRY_NOTIFICATION":
			return expired(Session.parse(json));
		default:
			return byContent("unrecognized", text);
	}
}

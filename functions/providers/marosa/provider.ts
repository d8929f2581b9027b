import * as z from "zod/mini";
import { once } from "../../inbox/identity.ts";
import type { Observation } from "../../inbox/observation.ts";
import { equals } from "../../proofs/equals.ts";
import { byContent, defineProvider, type Fact } from "../../provider.ts";
import {
	DocumentStatusChanged,
	documentStatusChanged,
	InvoiceStatusChanged,
	invoiceStatusChanged,
} from "./events.ts";
import { poll } from "./poll.ts";

const settings = z.object({
	/** the subscription's API_KEY */
	webhookApiKey: z.optional(z.string()),
	/** the header it comes in, which no page names */
	webhookApiKeyHeader: z._default(z.string(), "x-api-key"),
	/** the subscription's BASIC_AUTH */
	webhookUsername: z.optional(z.string()),
	webhookPassword: z.optional(z.string()),
});

const Unrecognized = z.looseObject({
	eventType: z.string().check(z.describe("one that nobody has documented")),
});

// a notification has its id; only a poll does without
const eventId = z.string().check(z.minLength(1));
const DocumentNotification = z.extend(DocumentStatusChanged, { eventId });
const Numbered = z.looseObject({ eventId: eventId.check(z.maxLength(1024)) });
const Identified = z.extend(Numbered, {
	documentId: z.pipe(
		z.pipe(
			z.optional(z.unknown()),
			z.transform((id) => (typeof id === "string" ? id : undefined)),
		),
		z.optional(z.string().check(z.maxLength(1024))),
	),
});
const InvoiceNotification = z.extend(InvoiceStatusChanged, { eventId });

export default defineProvider({
	name: "marosa",
	documentation: "https://developers.marosavat.com/docs/notifications",
	settings,
	proofs({ webhookApiKeyHeader, webhookApiKey, ...account }) {
		return [
			...equals(webhookApiKeyHeader, webhookApiKey),
			...equals("authorization", basic(account)),
		];
	},
	path: [],
	answer: { status: "success" },
	events: {
		"document.status_changed": DocumentStatusChanged,
		"invoice.status_changed": InvoiceStatusChanged,
		unrecognized: Unrecognized,
	},
	read({ json, text }) {
		const { eventType } = Unrecognized.parse(json);
		switch (eventType) {
			case "DOCUMENT_STATUS_CHANGED":
				return {
					event: documentStatusChanged(DocumentNotification.parse(json)),
				};
			case "INVOICE_STATUS_CHANGED":
				return { event: invoiceStatusChanged(InvoiceNotification.parse(json)) };
			default:
				return { event: undeclared({ json, text }) };
		}
	},
	poll,
});

/** A type that nobody declared has its id all the same. */
function undeclared({ json, text }: Fact): Observation<"unrecognized"> {
	if (!Numbered.safeParse(json).success) return byContent("unrecognized", text);
	const { eventId, documentId } = Identified.parse(json);
	return {
		type: "unrecognized",
		subject: documentId || eventId,
		identity: once(eventId),
	};
}

// half of the pair set is a mistake that must not let anybody in
function basic({
	webhookUsername: username = "",
	webhookPassword: password = "",
}: Pick<z.output<typeof settings>, "webhookUsername" | "webhookPassword">) {
	if (!username && !password) return undefined;
	return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

import * as z from "zod/mini";
import type { ApiAnswer } from "../../asking/request.ts";
import type { Observation } from "../../inbox/observation.ts";
import type { Sighting } from "../../polling/poll.ts";
import { documentStatusChanged, invoiceStatusChanged } from "./events.ts";

/** Where an answer of the API, whose schema is not published, holds what a notification says. */
export const documentSettings = {
	/** where an answer of the list holds its documents; "" where it is an array itself */
	listField: z._default(z.string(), "documents"),
	/** a document's fields, by default as in a notification */
	documentIdField: z._default(z.string(), "documentId"),
	currentStatusField: z._default(z.string(), "currentStatus"),
	externalStatusField: z._default(z.string(), "externalStatus"),
	flowDetailField: z._default(z.string(), "flowDetail"),
	/** the time of its last change, where there is one: it spares asking the inbox about documents already seen */
	updatedField: z._default(z.string(), "updatedAt"),
};
type Settings = z.output<z.ZodMiniObject<typeof documentSettings>>;

/** As long as a notification's, so that what the list shows can be watched. */
export const DocumentId = z.string().check(z.minLength(1), z.maxLength(1024));
const Text = z.nullish(z.string());

// of the documented life of a document; it may be listed by when it was made, so one on its way is asked for by itself
const final = ["OK", "ERROR", "DUPLICATED"];

const quietSeconds = 120;

export interface Document {
	documentId: string;
	currentStatus: string | undefined;
	externalStatus: string | undefined;
	flowDetail: string | undefined;
	updated: string | undefined;
}

/** What an answer of the list holds, each document still to be read. */
export function listOf({ listField }: Settings) {
	const documents = z.array(z.unknown());
	return listField === ""
		? documents
		: z.pipe(
				z.pipe(
					z.looseObject({}),
					z.transform((json) => json[listField]),
				),
				documents,
			);
}

export function documentOf(settings: Settings) {
	const field = (json: Record<string, unknown>, name: string) =>
		Text.parse(json[name]) || undefined;
	const shown = z.looseObject({
		[settings.documentIdField]: DocumentId,
		[settings.currentStatusField]: Text,
		[settings.externalStatusField]: Text,
		[settings.flowDetailField]: Text,
		[settings.updatedField]: Text,
	});
	const document = z.transform(
		(json: z.output<typeof shown>): Document => ({
			documentId: String(json[settings.documentIdField]),
			currentStatus: field(json, settings.currentStatusField),
			externalStatus: field(json, settings.externalStatusField),
			flowDetail: field(json, settings.flowDetailField),
			updated: field(json, settings.updatedField),
		}),
	);
	// a wrong name of a field must not look like a document without news
	const news = z.refine<Document>(
		({ currentStatus, externalStatus }) => currentStatus || externalStatus,
	);
	return z.pipe(shown, document).check(news);
}

/** Both lanes of a document; none for a status it does not have. */
export function sightingOf(
	document: Document,
	{ sentAt }: ApiAnswer,
): Sighting {
	const { updated: _, currentStatus, externalStatus, ...rest } = document;
	const unknown = { eventId: null, occurredAt: null };
	const body = { ...unknown, ...rest, currentStatus, externalStatus };
	const observations: Observation[] = [];
	if (currentStatus) {
		const eventType = "DOCUMENT_STATUS_CHANGED" as const;
		const told = { ...body, eventType, currentStatus };
		observations.push({ ...documentStatusChanged(told), body: told });
	}
	if (externalStatus) {
		const eventType = "INVOICE_STATUS_CHANGED" as const;
		const told = { ...body, eventType, externalStatus };
		observations.push({ ...invoiceStatusChanged(told), body: told });
	}
	return { observations, observedAt: sentAt };
}

export function isOnItsWay({ currentStatus }: Document): boolean {
	return currentStatus !== undefined && !final.includes(currentStatus);
}

/** One version of a document. */
export function keyOf(document: Document): string {
	const { documentId, updated, currentStatus, externalStatus } = document;
	return JSON.stringify([documentId, updated, currentStatus, externalStatus]);
}

/** A status that comes back does so at another time, if times are told to the second, and nothing more happens within the second of this one. */
export function isQuiet({ updated = "" }: Document, { sentAt }: ApiAnswer) {
	// midnight is a day in disguise
	const [time = "00:00:00"] = /\d\d:\d\d:\d\d/.exec(updated) ?? [];
	const settled = sentAt.getTime() - quietSeconds * 1000;
	return time !== "00:00:00" && Date.parse(updated) < settled;
}

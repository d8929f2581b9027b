import * as z from "zod";
import type { ApiAnswer } from "../../asking/request.ts";
import type { Observation } from "../../inbox/observation.ts";
import type { Sighting } from "../../polling/poll.ts";
import { documentStatusChanged, invoiceStatusChanged } from "./events.ts";

/** Where an answer of the API, whose schema is not published, holds what a notification says. */
export const documentSettings = {
	/** where an answer of the list holds its documents; "" where it is an array itself */
	listField: z.string().default("documents"),
	/** a document's fields, by default as in a notification */
	documentIdField: z.string().default("documentId"),
	currentStatusField: z.string().default("currentStatus"),
	externalStatusField: z.string().default("externalStatus"),
	flowDetailField: z.string().default("flowDetail"),
	/** the time of its last change, where there is one: it spares asking the inbox about documents already seen */
	updatedField: z.string().default("updatedAt"),
};
type Settings = z.output<z.ZodObject<typeof documentSettings>>;

/** As long as a notification's, so that what the list shows can be watched. */
export const DocumentId = z.string().min(1).max(1024);
const Text = z.string().nullish();

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
		: z
				.looseObject({})
				.transform((json) => json[listField])
				.pipe(documents);
}

export function documentOf(settings: Settings) {
	const field = (json: Record<string, unknown>, name: string) =>
		Text.parse(json[name]) || undefined;
	return (
		z
			.looseObject({
				[settings.documentIdField]: DocumentId,
				[settings.currentStatusField]: Text,
				[settings.externalStatusField]: Text,
				[settings.flowDetailField]: Text,
				[settings.updatedField]: Text,
			})
			.transform(
				(json): Document => ({
					documentId: String(json[settings.documentIdField]),
					currentStatus: field(json, settings.currentStatusField),
					externalStatus: field(json, settings.externalStatusField),
					flowDetail: field(json, settings.flowDetailField),
					updated: field(json, settings.updatedField),
				}),
			)
			// a wrong name of a field must not look like a document without news
			.refine(
				({ currentStatus, externalStatus }) => currentStatus || externalStatus,
			)
	);
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

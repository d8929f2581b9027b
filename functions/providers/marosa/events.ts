import * as z from "zod";
import { state } from "../../inbox/identity.ts";
import type { Observation } from "../../inbox/observation.ts";

// https://developers.marosavat.com/docs/notifications

const Notification = z.looseObject({
	eventId: z.string().min(1).nullable().describe("null where a poll found it"),
	eventType: z.string(),
	occurredAt: z
		.string()
		.nullish()
		.describe("null where a poll found it; kept as it came"),
	documentId: z.string().min(1).max(1024),
	externalStatus: z.string().nullish(),
	currentStatus: z
		.string()
		.nullish()
		.describe("CREATED, PROCESSING, OK, ERROR …"),
	flowDetail: z.string().nullish(),
});

export const DocumentStatusChanged = Notification.extend({
	eventType: z.literal("DOCUMENT_STATUS_CHANGED"),
	currentStatus: z.string(),
});
export const InvoiceStatusChanged = Notification.extend({
	eventType: z.literal("INVOICE_STATUS_CHANGED"),
	externalStatus: z.string(),
});

export function documentStatusChanged(
	notification: z.output<typeof DocumentStatusChanged>,
) {
	const { currentStatus } = notification;
	return changed("document", currentStatus, notification);
}

export function invoiceStatusChanged(
	notification: z.output<typeof InvoiceStatusChanged>,
) {
	const { externalStatus } = notification;
	return changed("invoice", externalStatus, notification);
}

function changed<const Lane extends "document" | "invoice">(
	lane: Lane,
	value: string,
	notification: z.output<typeof Notification>,
): Observation<`${Lane}.status_changed`> {
	const { documentId, eventId, occurredAt } = notification;
	return {
		type: `${lane}.status_changed`,
		subject: documentId,
		time: instant(occurredAt),
		identity: state({ lane, value, key: eventId ?? undefined }),
	};
}

/** A time that names its zone; anything else is no time, and loses no event. */
function instant(text: string | null | undefined): Date | undefined {
	if (!z.iso.datetime({ offset: true }).safeParse(text).success)
		return undefined;
	const time = new Date(text ?? "");
	const year = time.getUTCFullYear();
	// 0001-01-01 is how some say "none"
	return year >= 1970 && year <= 9999 ? time : undefined;
}

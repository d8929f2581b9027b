import * as z from "zod/mini";
import { state } from "../../inbox/identity.ts";
import type { Observation } from "../../inbox/observation.ts";

// https://developers.marosavat.com/docs/notifications

const current = "CREATED, PROCESSING, OK, ERROR …";
const external = "the invoice's; APPROVED is the one documented";

const Notification = z.looseObject({
	eventId: z
		.nullable(z.string().check(z.minLength(1)))
		.check(z.describe("null where a poll found it")),
	eventType: z.string(),
	occurredAt: z
		.nullish(z.string())
		.check(
			z.describe(
				"when the status changed, ISO 8601, kept as it came; null where a poll found it",
			),
		),
	documentId: z
		.string()
		.check(
			z.minLength(1),
			z.maxLength(1024),
			z.describe("its dates and amounts are in the document itself"),
		),
	externalStatus: z.nullish(z.string()).check(z.describe(external)),
	currentStatus: z.nullish(z.string()).check(z.describe(current)),
	flowDetail: z
		.nullish(z.string())
		.check(z.describe("the way it takes; VERIFACTU is the one documented")),
});

export const DocumentStatusChanged = z.extend(Notification, {
	eventType: z.literal("DOCUMENT_STATUS_CHANGED"),
	currentStatus: z.string().check(z.describe(current)),
});
export const InvoiceStatusChanged = z.extend(Notification, {
	eventType: z.literal("INVOICE_STATUS_CHANGED"),
	externalStatus: z.string().check(z.describe(external)),
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

import * as z from "zod";
import { digestOf, digestOfJson, once, state } from "../../inbox/identity.ts";
import type { Observation } from "../../inbox/observation.ts";
import { byContent } from "../../provider.ts";

// https://developer.dealpos.com/webhook/webhook/invoice-payment

const text = z.string().min(1);

export const Payment = z.looseObject({
	ID: text.max(1024),
	InvoiceID: text,
	Outlet: text.describe("a name, which may change"),
	Number: text.describe("unique within its outlet"),
	Amount: z.number().describe("without a currency"),
	Method: text,
	Date: text.describe("in several formats, without a zone"),
	Created: text.describe("in several formats, without a zone"),
	Creator: text,
});

/** The dates of a payment that was updated or deleted may be empty. */
export const ChangedPayment = Payment.extend({
	Date: z.string().describe("in several formats, without a zone"),
	Created: z.string().describe("in several formats, without a zone"),
});

type Fields = z.output<typeof ChangedPayment>;

// it sends once more, 7 s after a failure, and our own answer takes up to 10
const withinSeconds = 20;

const created = { type: "payment.created", key: "created" };

export function paymentCreated(payment: Fields): Observation {
	return changed(payment, created);
}

/** A poll cannot tell the two apart: where it finds a payment first, it is created. */
export function paymentUpdated(payment: Fields): Observation {
	return changed(payment, { type: "payment.updated" });
}

function changed(
	payment: Fields,
	{ type, key }: { type: string; key?: string },
): Observation {
	return {
		type,
		subject: payment.ID,
		identity: state({
			lane: "payment",
			value: fieldsOf(payment),
			key,
			first: created,
			withinSeconds,
		}),
	};
}

export function paymentDeleted({ ID }: Fields): Observation {
	return {
		type: "payment.deleted",
		subject: ID,
		identity: once(ID, "deleted"),
	};
}

export function paymentWrittenOff({ ID }: Fields, json: unknown): Observation {
	return {
		type: "payment.writeoff",
		subject: ID,
		identity: once(ID, "writeoff", digestOfJson(json)),
	};
}

/** The documented fields alone: a poll need not show what a webhook adds to them. */
function fieldsOf(payment: Fields): string {
	return digestOf(
		payment.ID,
		payment.InvoiceID,
		payment.Outlet,
		payment.Number,
		String(payment.Amount),
		payment.Method,
		dayOf(payment.Date),
		dayOf(payment.Created),
		payment.Creator,
	);
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** The same day in every format the vendor writes it in: a webhook and a list need not agree on one. */
function dayOf(date: string): string {
	if (date.startsWith("0001-01-01")) return "";
	const [iso] = /^\d{4}-\d\d-\d\d/.exec(date) ?? [];
	if (iso) return iso;
	const [, day = "", month = "", year] =
		/^(\d{1,2}) ([A-Z][a-z]{2})[a-z]* (\d{4})/.exec(date) ?? [];
	const number = months.indexOf(month) / 3 + 1;
	return year && Number.isInteger(number) && number > 0
		? [
				year,
				...[String(number), day].map((part) => part.padStart(2, "0")),
			].join("-")
		: date;
}

/** What happened to something else than a payment; its fields are documented by sample only, and none as required. */
export const Thing = z.looseObject({
	ID: z.union([z.string().max(1024), z.number()]).nullish(),
});

/** The asynchronous groups beside payments, with the events documented or to be expected of each. */
const groups = {
	product: [
		"created",
		"updated",
		"deleted",
		"variant-created",
		"variant-updated",
	],
	invoice: ["created", "updated", "deleted", "erased", "restored"],
	customer: ["created", "updated", "deleted"],
	supplier: ["created", "updated", "deleted"],
	bill: ["created", "updated", "deleted", "purchase-order-created"],
	"transfer-order": ["created", "updated", "deleted"],
	"outbound-logistic": ["created", "updated", "deleted", "complete"],
	"inbound-logistic": ["created", "updated", "deleted", "complete"],
	adjustment: ["created", "updated", "deleted"],
	"bill-payment": ["created", "updated", "deleted"],
	shift: ["created", "updated", "deleted", "close-shift"],
	outlet: ["created", "updated", "deleted"],
} as const;

type Groups = typeof groups;
export type ThingType = {
	[Group in keyof Groups]: `${Group}.${Groups[Group][number]}`;
}[keyof Groups];

export const things = Object.fromEntries(
	Object.entries(groups).flatMap(([group, events]) =>
		events.map((event) => [`${group}.${event}`, Thing]),
	),
) as Record<ThingType, typeof Thing>;

/** Customers, suppliers, transfer orders and inbound logistics come without an ID. */
export function happened(
	{ group, event }: { group: string; event: string },
	{ ID }: z.output<typeof Thing>,
	json: unknown,
): Observation {
	const type = `${group}.${event}`;
	if (ID === undefined || ID === null || ID === "")
		return byContent(type, json);
	return {
		type,
		subject: `${group}/${ID}`,
		identity: state({
			value: digestOf(event, digestOfJson(json)),
			withinSeconds,
		}),
	};
}

export const Unrecognized = z
	.object({ group: z.string(), event: z.string(), body: z.unknown() })
	.describe("what came, with the path that says what it is");

/** The body does not say what it is: the path goes with it. */
export function unrecognized(body: z.output<typeof Unrecognized>): Observation {
	return { ...byContent("unrecognized", body), body };
}
